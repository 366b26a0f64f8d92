import type { Bound } from './bounds.ts';

/**
 * Compare and swap, again and again: `work` looks anew each time, and gives undefined when somebody else was faster.
 * `pause` stands between two tries, told how many there were. Gives undefined when every try was lost.
 */
export async function retrying<Result extends object>(
  bound: Bound & { value: number; unit: 'tries' },
  work: () => Promise<Result | undefined>,
  pause?: (tries: number) => Promise<void>,
): Promise<Result | undefined> {
  for (let tries = 1; ; tries += 1) {
    const result = await work();
    if (result !== undefined || tries >= bound.value) return result;
    await pause?.(tries);
  }
}
