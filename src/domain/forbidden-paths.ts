/**
 * The one reading of globs in the configuration. By `forbidden_paths` the worker refuses before the push and the merger
 * before the merge; by `review.needs_review` the merger waits for an approval.
 */
import { minimatch } from 'minimatch';

/** Letter case is ignored, since some file systems do. A first `!` or `#` is a character of the path like any other. */
const OPTIONS = { dot: true, nocase: true, nonegate: true, nocomment: true } as const;
const WHOLE_FOLDER = /\/(\*\*)?$/;

/** Those of the paths that no task may change, each once. */
export function forbiddenPaths(paths: readonly string[], globs: readonly string[]): string[] {
  return matching(paths, globs);
}

/** Those of the paths that need an approval, each once. */
export function pathsToReview(paths: readonly string[], globs: readonly string[]): string[] {
  return matching(paths, globs);
}

function matching(paths: readonly string[], globs: readonly string[]): string[] {
  const patterns = globs.flatMap(patternsOf);
  return [...new Set(paths)].filter((path) => patterns.some((pattern) => minimatch(path, pattern, OPTIONS)));
}

/** `folder/**` and `folder/` are the folder, whatever is below it, and a file, link or submodule in its place. */
function patternsOf(glob: string): string[] {
  const folder = glob.replace(WHOLE_FOLDER, '');
  return folder === glob ? [glob] : [folder, `${folder}/**`];
}
