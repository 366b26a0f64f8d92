/** The rules of one sweep: from `heddle.yml` on the base branch, and from the repository itself. */
import { branchesOf, readSettings } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import type { ReviewReader } from '../ports/review.ts';
import { landingRules } from './landing/rules.ts';
import type { Rules, Workflow } from './view.ts';

export type RuleOptions = {
  /** Default: what `heddle.yml` on the default branch says, else the default branch. */
  base?: string | undefined;
  ownWorkflow: Workflow;
};

export async function observeRules(github: ReviewReader, options: RuleOptions): Promise<Rules> {
  const repository = await github.repository();
  const { defaultBranch } = repository;
  const onDefault = readSettings(repository.config ?? '');
  const { base } = branchesOf({ ...onDefault, base: options.base ?? onDefault.base }, defaultBranch);
  const settings = base === defaultBranch ? onDefault : readSettings((await github.fileOn(base, CONFIG_PATH)) ?? '');
  const ofDefault = base === defaultBranch ? repository.rules : undefined;
  const rules = ofDefault ?? (await github.rulesOf(base));
  return {
    base,
    stateBranch: branchesOf({ ...settings, base }, defaultBranch).state,
    landing: landingRules(settings, repository, rules),
    required: rules.required,
    forbiddenPaths: settings.forbiddenPaths,
    needsReview: settings.needsReview,
    merge: settings.merge,
    actionsToken: repository.actionsToken,
    appToken: repository.appToken,
    ownWorkflow: options.ownWorkflow,
  };
}
