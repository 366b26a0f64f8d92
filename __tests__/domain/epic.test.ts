import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blockersOf, compareIds, epicOf, indexIssues, outermost, parentOf } from '../../src/domain/epic.ts';
import { UserError } from '../../src/domain/errors.ts';
import { issueId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { fakeIssue } from '../fakes/beads.ts';

const epic = (id: string, change: Partial<Issue> = {}) => fakeIssue({ ...change, id, type: 'epic' });
const task = (id: string, ...blockers: string[]) =>
  fakeIssue({ id, dependencies: blockers.map((on) => ({ on: issueId(on), type: 'blocks' })) });
const under = (id: string, parent: string) => fakeIssue({ id, parent: issueId(parent) });
const ids = (issues: readonly Issue[]) => issues.map(({ id }) => id);
const problem = (issues: readonly Issue[], id = 'e') => {
  try {
    epicOf(issues, id);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('the tree of an epic', () => {
  test('has tasks as its leaves and containers above them, bottom-up, the epic last', () => {
    const tree = epicOf([epic('e'), task('e.2'), epic('e.1'), task('e.1.10'), task('e.1.2'), task('other')], 'e');
    expect(ids(tree.tasks)).toEqual(['e.1.2', 'e.1.10', 'e.2']);
    expect(ids(tree.containers)).toEqual(['e.1', 'e']);
    expect(tree.children.get(issueId('e'))).toEqual(['e.1', 'e.2']);
  });

  test('nests to any depth', () => {
    const depth = 30;
    const chain = Array.from({ length: depth }, (_, i) => `e${'.1'.repeat(i)}`);
    const tree = epicOf(
      chain.map((id, i) => (i === depth - 1 ? task(id) : epic(id))),
      'e',
    );
    expect(ids(tree.tasks)).toEqual([chain.at(-1)]);
    expect(ids(tree.containers)).toEqual(chain.slice(0, -1).reverse());
  });

  test('follows an explicit edge rather than the hierarchical id', () => {
    const issues = [epic('e'), epic('f'), under('e.1', 'f'), under('loose', 'e'), task('f.1')];
    expect(ids(epicOf(issues, 'e').tasks)).toEqual(['loose']);
    expect(ids(epicOf(issues, 'f').tasks)).toEqual(['e.1', 'f.1']);
  });

  test('is named by what stands above all the rest, in a circle too', () => {
    const issues = [epic('e'), epic('e.1'), task('e.1.1'), task('lone'), under('a', 'b'), under('b', 'a')];
    const above = issues.map((issue) => outermost(issue, indexIssues(issues)));
    expect(above).toEqual([undefined, 'e', 'e', undefined, 'b', 'a']);
  });

  test('an issue whose hierarchical parent is not there has none', () => {
    const lone = task('gone.1');
    expect(parentOf(lone, indexIssues([lone]))).toBeUndefined();
  });

  test('a task that got children is a container; an epic without any is never a task', () => {
    const tree = epicOf([epic('e'), task('e.1'), task('e.1.1'), epic('e.2')], 'e');
    expect(ids(tree.tasks)).toEqual(['e.1.1']);
    expect(ids(tree.containers)).toEqual(['e.1', 'e.2', 'e']);
  });

  test('ends even where parents go round in a circle', () => {
    expect(ids(epicOf([under('e', 'e.1'), under('e.1', 'e'), under('e.2', 'e')], 'e').tasks)).toEqual(['e.2']);
  });

  test('an unknown epic is said, with how to find the right one', () => {
    expect(problem([epic('e')], 'no\n$(pe)')).toMatchObject({
      message: 'There is no issue "no\\n$(pe)" in Beads.',
      hint: expect.stringContaining('bd list'),
      exit: 'beads',
    });
  });

  test.each([
    ['has no children', [epic('e')]],
    ['has empty sub-epics only', [epic('e'), epic('e.1')]],
    ['is a task itself', [task('e')]],
  ])('an epic that %s has no tasks, and that is said', (_, issues) => {
    expect(problem(issues)).toMatchObject({ message: 'e has no tasks below it.', exit: 'beads' });
  });
});

describe('a task waits for', () => {
  const closed = (id: string) => fakeIssue({ id, status: 'closed' });
  const blockers = (issue: Issue, ...others: Issue[]) => blockersOf(issue, indexIssues([issue, ...others]));

  test('each blocker that is not closed', () => {
    expect(blockers(task('e.3', 'e.1', 'e.2'), closed('e.1'), task('e.2'))).toEqual(['e.2']);
  });

  test('a blocker that Beads does not show: it cannot be called closed', () => {
    expect(blockers(task('e.3', 'gone'))).toEqual(['gone']);
  });

  test('the blockers of every container above it', () => {
    const inner = { ...epic('e.1'), dependencies: [{ on: issueId('x'), type: 'blocks' }] };
    const outer = { ...epic('e'), dependencies: [{ on: issueId('y'), type: 'waits-for' }] };
    expect(blockers(task('e.1.1', 'z'), inner, outer, task('x'), task('y'), task('z'))).toEqual(['z', 'x', 'y']);
  });

  test.each(['blocks', 'conditional-blocks', 'waits-for'])('an edge of type %s', (type) => {
    expect(blockers(fakeIssue({ id: 'a', dependencies: [{ on: issueId('b'), type }] }), task('b'))).toEqual(['b']);
  });

  test.each(['related', 'discovered-from', 'tracks'])('no edge of type %s', (type) => {
    expect(blockers(fakeIssue({ id: 'a', dependencies: [{ on: issueId('b'), type }] }), task('b'))).toEqual([]);
  });

  test('neither itself nor the containers above it', () => {
    expect(blockers(task('e.1', 'e', 'e.1'), epic('e'))).toEqual([]);
  });
});

describe('dependencies that go round in a circle are said before anything starts', () => {
  test('through tasks', () => {
    expect(problem([epic('e'), task('e.1', 'e.3'), task('e.2', 'e.1'), task('e.3', 'e.2')])).toMatchObject({
      message: 'The dependencies go round in a circle: e.1 -> e.3 -> e.2 -> e.1.',
      hint: 'Take one of them out with: bd dep remove e.1 e.3',
      exit: 'beads',
    });
  });

  test('through an issue outside the epic', () => {
    expect(problem([epic('e'), task('e.1', 'x'), task('x', 'e.1')]).message).toContain('e.1 -> x -> e.1');
  });

  test('through a container: it waits for its children, and they for what it waits for', () => {
    const inner = { ...epic('e.1'), dependencies: [{ on: issueId('e.2'), type: 'blocks' }] };
    const found = problem([epic('e'), inner, task('e.1.1'), task('e.2', 'e.1.1')]);
    expect(found.message).toContain('e.1.1 -> e.2 -> e.1.1');
    expect(found.hint).toContain('bd dep remove e.2 e.1.1');
    expect(problem([epic('e'), epic('e.1'), task('e.1.1', 'e.2'), task('e.2', 'e.1')]).message).toContain(
      'in a circle',
    );
  });

  test('but not what a closed issue has resolved, nor a task that waits for the epic it is in', () => {
    const done = { ...task('e.1', 'e.2'), status: 'closed' };
    expect(ids(epicOf([epic('e'), done, task('e.2', 'e.1'), task('e.3', 'e')], 'e').tasks)).toHaveLength(3);
  });

  test('whatever the edges are: with no circle, some open task can always start', () => {
    const edges = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })), { maxLength: 12 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const on = (n: number) => pairs.filter(([from, to]) => from === n && to !== n).map(([, to]) => `e.${to}`);
        const issues = [epic('e'), ...[1, 2, 3, 4, 5, 6].map((n) => task(`e.${n}`, ...on(n)))];
        const known = indexIssues(issues);
        const startable = issues.filter(
          ({ type, id }) => type !== 'epic' && blockersOf(known.get(id) ?? epic('e'), known).length === 0,
        );
        try {
          epicOf(issues, 'e');
          expect(startable).not.toEqual([]);
        } catch (error) {
          expect(String(error)).toContain('in a circle');
        }
      }),
    );
  });
});

test('ids are put in the order in which people count', () => {
  expect(['x.10', 'x.2', 'x.1', 'x.2.1'].sort(compareIds)).toEqual(['x.1', 'x.2', 'x.2.1', 'x.10']);
});
