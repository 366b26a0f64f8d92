/** What `heddle init` says. A dry run says the same. */
import { CONFIG_PATH } from '../domain/config-path.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { type Differing, type Plan, type Step, UNKNOWN_ACTION } from './plan.ts';

const DIFFERENCES_SHOWN = 8;

export function describeStep(step: Step): string {
  switch (step.do) {
    case 'set up beads':
      return `set up Beads: bd init --prefix ${step.prefix} (it commits .beads/ and .gitignore)`;
    case 'import lines':
      return `import ${step.lines.length} issue${step.lines.length === 1 ? '' : 's'} into Beads from ${step.from}`;
    case 'write':
      return `write ${step.path}`;
    default:
      return step satisfies never;
  }
}

export function describeDiffering({ path, differs }: Differing): string {
  const shown = differs.slice(0, DIFFERENCES_SHOWN).map((line) => `    ${line}`);
  const more = differs.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`    (${more} more)`] : [])];
  if (lines.length === 0) return `keep ${path}: yours differs in blank lines only`;
  return [`keep ${path}: it is yours now; - is yours alone, + is what init would write`, ...lines].join('\n');
}

export const NOTHING_TO_DO = 'Nothing to do: everything is there.';

/** What comes after: each with what to type, in the order of doing. */
export function nextSteps(plan: Plan, uncommitted: readonly string[]): string[] {
  const next: string[] = [];
  if (plan.justfile !== undefined) {
    const { path, line, call } = plan.justfile;
    next.push(`Add this line to your ${path}, then \`${call} --epic ID\` works: ${line}`);
  }
  if (plan.actionUnknown) {
    next.push(
      `In ${WORKFLOW_PATH}, put the Heddle that is to run in the place of ${UNKNOWN_ACTION}: run heddle init --action OWNER/heddle@SHA, or edit it`,
    );
  }
  if (plan.ciWorkflows.length === 0) {
    next.push(
      `No workflow here tests pull requests: without a check nothing is merged, unless ${CONFIG_PATH} says \`merge: { checks: none }\``,
    );
  }
  if (uncommitted.length > 0) {
    next.push(`Commit and push: git add ${uncommitted.join(' ')} && git commit -m "Set up Heddle" && git push`);
  }
  next.push('See whether all is ready: heddle doctor');
  next.push('Make an epic: heddle import FILE, or bd create "Title" --type epic; then: heddle spawn --epic ID');
  return next;
}
