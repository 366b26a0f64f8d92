/** Heddle's commands as recipes of `just`. */

/** `what` is the line that `just` lists for it. */
export type Recipe = { name: string; what: string };

/**
 * `heddle` is how a recipe calls it. Attributes instead of settings: a setting would change the recipes of the justfile that
 * imports these. Heddle says itself how it ended, so `just` says nothing about it.
 */
export function recipesText(recipes: readonly Recipe[], heddle = 'heddle'): string {
  return recipes
    .map(
      ({ name, what }) =>
        `# ${what}\n[no-cd]\n[no-exit-message]\n[positional-arguments]\n@${name} *args:\n    ${heddle} ${name} "$@"\n`,
    )
    .join('\n');
}

/** Of the file that a user's justfile takes in. */
export function recipeFileText(recipes: readonly Recipe[]): string {
  return `# Heddle's commands as recipes; everything after a recipe's name goes to the command as it is.\n\n${recipesText(recipes)}`;
}

export function justfileText(): string {
  return `import 'heddle.just'

# List the recipes
[private]
default:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted
`;
}

/** The line with which a justfile takes the recipes in; as a module (\`just heddle spawn\`) where names would collide. */
export function justfileLine(
  justfile: string,
  recipes: readonly Recipe[],
): { line: string; there: boolean; call: string } {
  const imported = /^import\??\s+(['"])(?:\.\/)?heddle\.just\1/m.test(justfile);
  const module = /^mod\s+heddle\b/m.test(justfile);
  const taken = [...justfile.matchAll(/^@?([A-Za-z_][\w-]*)[^\n:=]*:(?!=)/gm)].map(([, name]) => name);
  if (module || (!imported && recipes.some(({ name }) => taken.includes(name)))) {
    return { line: 'mod heddle', there: module, call: 'just heddle spawn' };
  }
  return { line: "import 'heddle.just'", there: imported, call: 'just spawn' };
}
