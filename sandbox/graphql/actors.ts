/** Whoever does something, in GraphQL. */
import { addUser } from '../create.ts';
import type { Signature } from '../git.ts';
import { accountOf } from '../shapes/commits.ts';
import type { World } from '../world.ts';

/** A bot's login has no `[bot]` here, unlike in REST. */
export function actor(world: World, login: string) {
  const user = addUser(world, login);
  const shown = user.type === 'Bot' ? user.login.replace(/\[bot\]$/, '') : user.login;
  return {
    __typename: user.type,
    id: user.nodeId,
    databaseId: user.id,
    login: shown,
    name: user.name,
    avatarUrl: `${world.url}/avatars/${user.id}`,
    url: `${world.url}/${shown}`,
    resourcePath: `/${shown}`,
  };
}

export function gitActor(world: World, signature: Signature) {
  const login = accountOf(world, signature);
  return { ...signature, avatarUrl: `${world.url}/avatars/0`, user: login === null ? null : actor(world, login) };
}
