/** The rules of one sweep: from `heddle.yml` on the base branch, and from the repository itself. */
import { branchesOf, readSettings, type Settings } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError } from '../domain/errors.ts';
import type { BaseRules, MergeMethod, MergerReader, RepositoryFacts, Rules, Workflow } from './view.ts';

export type RuleOptions = {
  /** Default: what `heddle.yml` on the default branch says, else the default branch. */
  base?: string | undefined;
  ownWorkflow: Workflow;
};

export async function observeRules(github: MergerReader, options: RuleOptions): Promise<Rules> {
  const repository = await github.repository();
  const { defaultBranch } = repository;
  const onDefault = readSettings(repository.config ?? '');
  const { base } = branchesOf({ ...onDefault, base: options.base ?? onDefault.base }, defaultBranch);
  const settings = base === defaultBranch ? onDefault : readSettings((await github.fileOn(base, CONFIG_PATH)) ?? '');
  const rules = await github.rulesOf(base);
  return {
    base,
    stateBranch: branchesOf({ ...settings, base }, defaultBranch).state,
    method: methodOf(settings, repository, rules),
    required: rules.required,
    mergeQueue: rules.mergeQueue,
    forbiddenPaths: settings.forbiddenPaths,
    merge: settings.merge,
    actionsToken: repository.actionsToken,
    ownWorkflow: options.ownWorkflow,
  };
}

function methodOf({ merge }: Settings, repository: RepositoryFacts, rules: BaseRules): MergeMethod {
  const allowed = repository.methods.filter((method) => rules.methods?.includes(method) ?? true);
  const chosen = merge.method ?? allowed[0];
  if (chosen !== undefined && allowed.includes(chosen)) return chosen;
  throw new UserError(
    merge.method === undefined
      ? 'The repository allows no way to merge a pull request.'
      : `\`merge.method\` is ${merge.method}, but the repository allows ${allowed.join(', ') || 'no method'}.`,
    {
      hint: `Change the repository’s settings for pull requests, or \`merge.method\` in ${CONFIG_PATH}.`,
      exit: 'config',
    },
  );
}
