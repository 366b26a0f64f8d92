/** Who may do what: tokens, collaborators, permissions of installations, author associations. */
import { Refused } from './refused.ts';
import {
  ACTIONS_APP_ID,
  type AuthorAssociation,
  type Credential,
  type Permission,
  type Repository,
  type World,
} from './world.ts';

/**
 * Reads `token X`, `Bearer X`, or Basic with the token as password (any user name) or as user name.
 * Null is anonymous; a token that nobody issued is refused, as GitHub does even for public reads.
 */
export function authenticate(world: World, header: string | undefined): Credential | null {
  if (header === undefined || header === '') return null;
  const [scheme = '', value = ''] = header.split(/ +/, 2);
  const candidates =
    scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString().split(':').reverse() : [value];
  for (const candidate of candidates) {
    const credential = world.credentials.get(candidate);
    if (credential !== undefined) return credential;
  }
  throw new Refused(401, 'Bad credentials');
}

/** What the credential may do in a repository, before the permissions of an installation token narrow it. */
export function permissionIn(repository: Repository, credential: Credential | null): Permission {
  const reader: Permission = repository.settings.private ? 'none' : 'read';
  if (credential === null) return reader;
  const { actor } = credential;
  if (actor.kind === 'user') return repository.collaborators.get(actor.login.toLowerCase()) ?? reader;
  const reaches = credential.repository === null || credential.repository === repository.fullName;
  return reaches ? 'write' : reader;
}

/**
 * Whether the credential holds a permission by GitHub's name for it (`contents`, `pull_requests`, `checks`, …).
 * A token without a list (a user's) holds them all.
 */
export function holds(credential: Credential | null, name: string, level: 'read' | 'write'): boolean {
  if (credential === null) return false;
  if (credential.permissions === null) return true;
  const held = credential.permissions[name];
  return held === 'write' || held === level;
}

/** As GitHub words it for the kind of token that lacks a permission. */
export function inaccessible(credential: Credential | null): Refused {
  const kind = credential?.actor.kind === 'user' ? 'personal access token' : 'integration';
  return new Refused(403, `Resource not accessible by ${kind}`);
}

/** The Actions token can never hold it, other installations only when granted. */
export function mayChangeWorkflows(credential: Credential): boolean {
  if (credential.actor.kind === 'user') return holds(credential, 'workflows', 'write');
  return credential.actor.kind === 'app' && credential.permissions?.['workflows'] === 'write';
}

/** The app on whose behalf checks are made, or null for a user's token. */
export function appOf(credential: Credential | null): number | null {
  if (credential === null || credential.actor.kind === 'user') return null;
  return credential.actor.kind === 'actions' ? ACTIONS_APP_ID : credential.actor.appId;
}

export function associationOf(repository: Repository, login: string): AuthorAssociation {
  const key = login.toLowerCase();
  if (key === repository.owner.toLowerCase()) return 'OWNER';
  const permission = repository.collaborators.get(key);
  if (permission !== undefined && permission !== 'none') return 'COLLABORATOR';
  for (const pull of repository.pulls.values()) {
    if (pull.merge !== null && pull.authorLogin.toLowerCase() === key) return 'CONTRIBUTOR';
  }
  return 'NONE';
}
