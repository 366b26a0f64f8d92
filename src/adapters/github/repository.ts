/** From a git remote's URL to the repository's name and its API. */
import { CONFIG_PATH } from '../../domain/config-path.ts';
import { UserError } from '../../domain/errors.ts';
import type { Repository } from '../../ports/github.ts';

export type RepositoryAddress = Repository & {
  /** Without a trailing slash: `https://api.github.com`, `https://HOST/api/v3`. */
  apiUrl: string;
};

/**
 * Understands `https://`, `http://`, `ssh://` and `git://` URLs and git's short form `user@host:owner/name`.
 * `apiUrl` (the `GITHUB_API_URL` of the environment) wins over what the host suggests; GitHub Enterprise serves its API
 * below `/api/v3` of its own host. Throws a UserError when the URL names no repository.
 */
export function repositoryOf(remoteUrl: string, apiUrl?: string): RepositoryAddress {
  const { protocol, host, path } = split(remoteUrl);
  const [owner, name, ...rest] = path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .split('/');
  if (!host || !owner || !name || rest.length > 0 || !isName(owner) || !isName(name)) {
    throw new UserError(`The remote ${JSON.stringify(withoutSecrets(remoteUrl))} is no GitHub repository.`, {
      hint: `Point the remote at one: git remote set-url origin https://github.com/OWNER/NAME.git (or name another \`remote\` in ${CONFIG_PATH}).`,
      exit: 'repository',
    });
  }
  const derived = apiOf(protocol, host);
  return { owner, name, apiUrl: (apiUrl || derived).replace(/\/+$/, '') };
}

function split(url: string): { protocol: string; host: string; path: string } {
  const short = /^(?:[^@/:]+@)?([^/:@]+):(?!\/\/)(.+)$/.exec(url);
  if (short?.[1] !== undefined && short[2] !== undefined) return { protocol: 'ssh:', host: short[1], path: short[2] };
  try {
    const parsed = new URL(url);
    const isWeb = parsed.protocol === 'https:' || parsed.protocol === 'http:';
    // The port of an ssh URL is the port of sshd, so it says nothing about where the API is.
    return { protocol: parsed.protocol, host: isWeb ? parsed.host : parsed.hostname, path: parsed.pathname };
  } catch {
    return { protocol: '', host: '', path: '' };
  }
}

function apiOf(protocol: string, host: string): string {
  if (host === 'github.com' || host === 'www.github.com' || host === 'ssh.github.com') return 'https://api.github.com';
  if (host.endsWith('.ghe.com')) return `https://api.${host}`;
  // A GitHub on this machine (the sandbox) serves git and API side by side.
  if (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])(:|$)/.test(host)) return `http://${host}`;
  return `${protocol === 'http:' ? 'http' : 'https'}://${host}/api/v3`;
}

/** Owners and names become parts of request paths, so nothing else gets in. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) && text !== '.' && text !== '..';
}

/** A remote may carry a token; an error message must not. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
