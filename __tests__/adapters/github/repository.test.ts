import { expect, test } from '@jest/globals';
import { repositoryOf } from '../../../src/adapters/github/repository.ts';
import { UserError } from '../../../src/domain/errors.ts';

test.each([
  ['https://github.com/acme/loom.git', 'https://api.github.com'],
  ['https://github.com/acme/loom', 'https://api.github.com'],
  ['https://github.com/acme/loom/', 'https://api.github.com'],
  ['https://x-access-token:secret@github.com/acme/loom.git', 'https://api.github.com'],
  ['git@github.com:acme/loom.git', 'https://api.github.com'],
  ['github.com:acme/loom', 'https://api.github.com'],
  ['ssh://git@github.com/acme/loom.git', 'https://api.github.com'],
  ['ssh://git@ssh.github.com:443/acme/loom.git', 'https://api.github.com'],
  ['git://github.com/acme/loom.git', 'https://api.github.com'],
  ['https://octo.ghe.com/acme/loom.git', 'https://api.octo.ghe.com'],
  ['https://git.example.com:8443/acme/loom.git', 'https://git.example.com:8443/api/v3'],
  ['git@git.example.com:acme/loom.git', 'https://git.example.com/api/v3'],
  ['ssh://git@git.example.com:7999/acme/loom.git', 'https://git.example.com/api/v3'],
  ['http://127.0.0.1:4711/acme/loom.git', 'http://127.0.0.1:4711'],
  ['http://127.0.0.1:4711/acme/loom', 'http://127.0.0.1:4711'],
])('%s is acme/loom with its API at %s', (url, apiUrl) => {
  expect(repositoryOf(url)).toEqual({ owner: 'acme', name: 'loom', apiUrl });
});

test('an API address that was given wins', () => {
  expect(repositoryOf('git@github.com:acme/loom.git', 'http://127.0.0.1:1/').apiUrl).toBe('http://127.0.0.1:1');
  expect(repositoryOf('git@github.com:acme/loom.git', '').apiUrl).toBe('https://api.github.com');
});

test.each(['', '/srv/git/loom.git', '../loom', 'https://github.com/acme', 'https://github.com/acme/loom/tree/main'])(
  '%j is refused with what repairs it',
  (url) => {
    expect(() => repositoryOf(url)).toThrow(UserError);
  },
);

test.each(['https://github.com/ac$me/loom', 'https://github.com/../loom', 'git@github.com:acme/lo om'])(
  'no characters of a path or a shell get into a request: %j',
  (url) => {
    expect(() => repositoryOf(url)).toThrow(UserError);
  },
);

test('the message names the remote, without its token', () => {
  expect(() => repositoryOf('https://ada:hunter2@example.com/x')).toThrow(/example\.com\/x/);
  expect(() => repositoryOf('https://ada:hunter2@example.com/x')).not.toThrow(/hunter2/);
});
