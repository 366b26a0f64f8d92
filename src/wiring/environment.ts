/** What Heddle reads of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the API of GitHub is, if it is not where the remote's host suggests. */
export function apiUrl(env: Environment): string | undefined {
  return env['GITHUB_API_URL'];
}
