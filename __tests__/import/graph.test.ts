import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PlannedTask } from '../../src/import/epic.ts';
import { circles, graphProblems } from '../../src/import/graph.ts';

function task(number: number, dependsOn: readonly number[], done = false): PlannedTask {
  const at = { path: 'epic.md', line: number };
  const texts = { description: '', acceptanceCriteria: '', design: '', notes: '' };
  return { number, title: `Task ${number}`, ...texts, dependsOn, done, at, dependenciesAt: at };
}

/** Up to 12 tasks, each waiting for any of them, itself left out. */
const anyGraph = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) => fc.subarray(numbers(size).filter((each) => each !== index + 1))),
    ),
  )
  .map((edges) => edges.map((dependsOn, index) => task(index + 1, dependsOn)));

const forwardGraph = anyGraph.map((tasks) =>
  tasks.map((each) => ({ ...each, dependsOn: each.dependsOn.filter((number) => number < each.number) })),
);

test('tasks that wait only for lower numbers have no circle', () => {
  fc.assert(fc.property(forwardGraph, (tasks) => circles(tasks).length === 0 && graphProblems(tasks).length === 0));
});

test('every circle that is told is one: each task in it waits for the next', () => {
  fc.assert(
    fc.property(anyGraph, (tasks) => {
      for (const circle of circles(tasks)) {
        expect(circle.length).toBeGreaterThan(1);
        for (const [index, each] of circle.entries()) {
          expect(each.dependsOn).toContain(circle[(index + 1) % circle.length]?.number);
        }
      }
    }),
  );
});

test('a circle is told exactly if some task can never start', () => {
  fc.assert(fc.property(anyGraph, (tasks) => circles(tasks).length > 0 === stuck(tasks)));
});

test('circles that share no task are all told', () => {
  const tasks = [task(1, [2]), task(2, [1]), task(3, [4]), task(4, [5]), task(5, [3])];
  expect(circles(tasks).map((circle) => circle.map(({ number }) => number))).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test('what is done is history: a circle through it, or a number that is gone, is no problem', () => {
  expect(graphProblems([task(1, [2], true), task(2, [1]), task(3, [99], true)])).toEqual([]);
});

/** Starting whatever can start, over and over, until nothing moves. */
function stuck(tasks: readonly PlannedTask[]): boolean {
  const ended = new Set<number>();
  for (let round = 0; round <= tasks.length; round += 1) {
    for (const each of tasks) if (each.dependsOn.every((number) => ended.has(number))) ended.add(each.number);
  }
  return ended.size < tasks.length;
}

function numbers(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index + 1);
}
