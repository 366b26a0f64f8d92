/** Pages of GraphQL, with GitHub's own refusals. */
import { Refused } from '../refused.ts';

export type PageArguments = {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
};

const maxPage = 100;

const cursorAt = (index: number): string => Buffer.from(`cursor:v2:${index}`).toString('base64');

function indexOf(cursor: string): number {
  const index = Number(/^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? Number.NaN);
  if (Number.isNaN(index))
    throw new Refused(
      422,
      `\`${cursor}\` does not appear to be a valid cursor.`,
      undefined,
      'INVALID_CURSOR_ARGUMENTS',
    );
  return index;
}

export function connection<T, N>(name: string, items: readonly T[], page: PageArguments, show: (item: T) => N) {
  const { first, last, after, before } = page;
  const size = first ?? last;
  if (size === undefined || size === null) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new Refused(422, message, undefined, 'MISSING_PAGINATION_BOUNDARIES');
  }
  if (size > maxPage) {
    const which = first === size ? 'first' : 'last';
    const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${which}\` limit of ${maxPage} records.`;
    throw new Refused(422, message, undefined, 'EXCESSIVE_PAGINATION');
  }
  let from = typeof after === 'string' ? indexOf(after) + 1 : 0;
  let to = typeof before === 'string' ? indexOf(before) : items.length;
  if (typeof first === 'number') to = Math.min(to, from + first);
  else from = Math.max(from, to - size);
  const edges = items.slice(from, to).map((item, index) => ({ cursor: cursorAt(from + index), node: show(item) }));
  return {
    totalCount: items.length,
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
