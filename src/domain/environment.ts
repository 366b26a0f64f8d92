/** Names of environment variables that more than one part has to know. What is done about them is said there. */

/** Where Heddle takes a token from, in this order. */
const GIVEN = ['GITHUB_TOKEN', 'GH_TOKEN'];

/** Whoever has one of these can write to GitHub. */
export const TOKEN_VARIABLES: readonly string[] = [...GIVEN, 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];

/** These point git at another repository, or at another part of one, than the folder that it runs in. */
export const REPOSITORY_VARIABLES: readonly string[] = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
  'GIT_OBJECT_DIRECTORY',
];

/** With these git asks nobody for anything. */
export const UNATTENDED_GIT = { GIT_TERMINAL_PROMPT: '0', GIT_EDITOR: 'true' } as const;

/** The token that an environment gives, and the variable it stands in; an empty one is none. */
export function givenToken(
  environment: Readonly<Record<string, string | undefined>>,
): { from: string; token: string } | undefined {
  for (const from of GIVEN) {
    const token = environment[from];
    if (token) return { from, token };
  }
  return undefined;
}

/** Git looks for a repository no higher than this folder, nor than where the user has said so. */
export function gitCeilings(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): { GIT_CEILING_DIRECTORIES: string } {
  const said = environment['GIT_CEILING_DIRECTORIES'];
  return { GIT_CEILING_DIRECTORIES: said ? `${folder}:${said}` : folder };
}
