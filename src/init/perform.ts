/** The one place of `init` that writes. */
import type { Step } from './plan.ts';

type InitHands = {
  setUpBeads(prefix: string): Promise<void>;
  importLines(lines: readonly string[]): Promise<void>;
  write(path: string, text: string): Promise<void>;
};

/** Gives each step once it is done, in order; the first that fails ends it, and running it again goes on from there. */
export async function* performInit(hands: InitHands, steps: readonly Step[]): AsyncGenerator<Step> {
  for (const step of steps) {
    switch (step.do) {
      case 'set up beads':
        await hands.setUpBeads(step.prefix);
        break;
      case 'import lines':
        await hands.importLines(step.lines);
        break;
      case 'write':
        await hands.write(step.path, step.text);
        break;
      default:
        step satisfies never;
    }
    yield step;
  }
}
