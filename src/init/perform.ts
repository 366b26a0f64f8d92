/** The one place of `init` that writes. */
import type { Step } from './plan.ts';

export type InitWriters = {
  setUpBeads(prefix: string): Promise<void>;
  importLines(lines: readonly string[]): Promise<void>;
  write(path: string, text: string): Promise<void>;
};

/** Gives each step once it is done, in order; the first that fails ends it, and running it again goes on from there. */
export async function* performInit(writers: InitWriters, steps: readonly Step[]): AsyncGenerator<Step> {
  for (const step of steps) {
    switch (step.do) {
      case 'set up beads':
        await writers.setUpBeads(step.prefix);
        break;
      case 'import lines':
        await writers.importLines(step.lines);
        break;
      case 'write':
        await writers.write(step.path, step.text);
        break;
      default:
        step satisfies never;
    }
    yield step;
  }
}
