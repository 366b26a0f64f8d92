/** The `code` of an error of the operating system, such as `ENOENT`. (`instanceof Error` fails between two realms.) */
export function errorCode(cause: unknown): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : undefined;
}
