/** Lists such as `- [x] 003 Add the parser`: how people ticked off tasks before Beads. */
import { readDependencies } from './dependencies.ts';
import { sameTitle } from './epic.ts';
import type { Block } from './markdown.ts';

type Checklist = { saysDone(task: { number: number; title: string; fileName?: string }): boolean };

/**
 * A ticked line speaks of a task only if it spells its title or its file; a number alone could be anything
 * (`- [x] 3 reviewers agreed`), and a task that is taken for done would silently be left out.
 */
export function readChecklist(blocks: readonly Block[]): Checklist {
  const ticked = blocks
    .flatMap((block) => (block.kind === 'text' ? block.checkboxes : []))
    .filter(({ checked }) => checked)
    .map(({ label }) => label);
  return {
    saysDone: ({ number, title, fileName }) =>
      ticked.some(({ plain, markdown }) => {
        if (fileName !== undefined && markdown.includes(fileName)) return true;
        const said = sameTitle(plain.replaceAll('~', ''));
        if (said === sameTitle(title)) return true;
        return said.endsWith(sameTitle(title)) && readDependencies(markdown).numbers[0] === number;
      }),
  };
}
