/** How this base takes changes: what GitHub allows, and what the configuration chooses of it. */
import type { Settings } from '../../config/settings.ts';
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { UserError } from '../../domain/errors.ts';
import type { BaseRules, RepositoryFacts } from '../view.ts';
import type { LandingRules } from './view.ts';

export function landingRules({ merge }: Settings, repository: RepositoryFacts, rules: BaseRules): LandingRules {
  const allowed = repository.methods.filter((method) => rules.methods?.includes(method) ?? true);
  const chosen = merge.method ?? allowed[0];
  if (chosen !== undefined && allowed.includes(chosen)) return { method: chosen, mergeQueue: rules.mergeQueue };
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
