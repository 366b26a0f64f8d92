/** The one reading of `forbidden_paths`: the worker refuses by it before the push, the merger before the merge. */
import { minimatch } from 'minimatch';

/** Letter case is ignored, since some file systems do. A first `!` or `#` is a character of the path like any other. */
const OPTIONS = { dot: true, nocase: true, nonegate: true, nocomment: true } as const;
const WHOLE_FOLDER = /\/(\*\*)?$/;

/** Those of the paths that no task may change, each once. */
export function forbiddenPaths(paths: readonly string[], globs: readonly string[]): string[] {
  const patterns = globs.flatMap(patternsOf);
  return [...new Set(paths)].filter((path) => patterns.some((pattern) => minimatch(path, pattern, OPTIONS)));
}

/** `folder/**` and `folder/` are the folder, whatever is below it, and a file, link or submodule in its place. */
function patternsOf(glob: string): string[] {
  const folder = glob.replace(WHOLE_FOLDER, '');
  return folder === glob ? [glob] : [folder, `${folder}/**`];
}
