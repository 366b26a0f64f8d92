/** What is asked of one repository at once goes out as one query: each request counts, whatever is in it. */
import type { Repository } from '../../ports/github.ts';
import type { Client } from './client.ts';
import { notFound } from './inspect.ts';

/** `fields` of the repository; their variables are declared by name with their types. */
type Part = {
  name: string;
  declare: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, unknown>>;
  fields: string;
};
/** `viewer`: the login of the token. */
type Answer = { viewer: string; repository: unknown };
export type Ask = (part: Part) => Promise<Answer>;

type Asked = { part: Part; resolve(answer: Answer): void; reject(error: unknown): void };

/** Parts that are asked for without waiting for one another share a request; if it fails, it has failed for each of them. */
export function together(client: Client, repository: Repository): Ask {
  let waiting: Asked[] = [];

  async function send(): Promise<void> {
    const asked = waiting;
    waiting = [];
    try {
      const { query, variables } = queryOf(asked.map(({ part }) => part));
      const names = { owner: repository.owner, repo: repository.name };
      // For `mergeStateStatus` on older GitHub Enterprise Servers.
      const mediaType = { previews: ['merge-info'] };
      const answer = await client.graphql<Record<string, unknown>>(query, { ...names, ...variables, mediaType });
      const viewer = (answer['viewer'] as { login: string }).login;
      for (const [at, { resolve }] of asked.entries()) resolve({ viewer, repository: answer[`q${at}`] });
    } catch (error) {
      const told = notFound(error, repository) ?? error;
      for (const { reject } of asked) reject(told);
    }
  }

  return (part) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(() => void send());
      waiting.push({ part, resolve, reject });
    });
}

function queryOf(parts: readonly Part[]): { query: string; variables: Record<string, unknown> } {
  const declared = parts.flatMap(({ declare }, at) =>
    Object.entries(declare).map(([name, type]) => `$q${at}${name}: ${type}`),
  );
  const variables = parts.flatMap((part, at) =>
    Object.entries(part.variables).map(([name, value]) => [`q${at}${name}`, value] as const),
  );
  const fields = parts.map(
    (part, at) => `q${at}: repository(owner: $owner, name: $repo) { ${part.fields.replace(/\$(\w+)/g, `$q${at}$1`)} }`,
  );
  const name = parts.map((part) => part.name).join('And');
  const all = ['$owner: String!', '$repo: String!', ...declared].join(', ');
  return {
    query: `query ${name}(${all}) { viewer { login } ${fields.join('\n')} }`,
    variables: Object.fromEntries(variables),
  };
}
