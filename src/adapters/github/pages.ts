/** Lists that GraphQL gives in pages, and lists that are asked for in several queries. */
import * as z from 'zod';
import { TransientError } from '../../domain/errors.ts';

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
type Page = { pageInfo: z.infer<typeof pageInfo> };

export function pageOf<Node extends z.ZodType>(node: Node) {
  return z.object({ pageInfo, nodes: z.array(node) });
}

/** The first page, as it came with something else, and all others, asked for by their cursor when they are wanted. */
export async function* pagesFrom<One extends Page>(
  first: One | null,
  next: (after: string) => Promise<One>,
): AsyncGenerator<One> {
  for (let page = first; page !== null; ) {
    yield page;
    const after = nextCursor(page.pageInfo);
    page = after === undefined ? null : await next(after);
  }
}

/** A page that says there is more, but not where, is half an answer. */
function nextCursor({ hasNextPage, endCursor }: Page['pageInfo']): string | undefined {
  if (!hasNextPage) return undefined;
  if (endCursor === null) throw new TransientError('GitHub’s answer names no next page.');
  return endCursor;
}

export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
