/** Lists such as `- [x] 003 Add the parser`: how people ticked off tasks before Beads. */
import { readDependencies } from './dependencies.ts';
import { behindCheckbox, checkbox } from './done.ts';
import { sameTitle } from './epic.ts';
import type { Block, Document } from './markdown.ts';

type Checklist = { saysDone(task: { number: number; title: string; fileName?: string }): boolean };

/**
 * A ticked line speaks of a task only if it spells its title or its file; a number alone could be anything
 * (`- [x] 3 reviewers agreed`), and a task that is taken for done would silently be left out.
 */
export function readChecklist(document: Document, blocks: readonly Block[]): Checklist {
  const items = blocks
    .filter((block) => block.kind === 'text')
    .flatMap((block) => document.lines.slice(block.line - 1, block.endLine))
    .filter((line) => checkbox(line) === 'checked')
    .map(behindCheckbox);
  return {
    saysDone: ({ number, title, fileName }) =>
      items.some((item) => {
        if (fileName !== undefined && item.includes(fileName)) return true;
        const plain = sameTitle(item.replace(/[`*~]|__|\[([^\]]*)\]\([^)]*\)/g, '$1'));
        if (plain === sameTitle(title)) return true;
        return plain.endsWith(sameTitle(title)) && readDependencies(item).numbers[0] === number;
      }),
  };
}
