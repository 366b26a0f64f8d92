/** What GitHub calls the tie of an account to a repository, where it is one of those who work in it. */
const TRUSTED: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

export function isTrustedAssociation(association: string): boolean {
  return TRUSTED.has(association);
}
