/** Finds things by their global id. */
import type { PullRequest, Repository, World } from '../world.ts';

export function findPull(world: World, id: string): { repository: Repository; pull: PullRequest } | null {
  for (const repository of world.repositories.values()) {
    for (const pull of repository.pulls.values()) if (pull.nodeId === id) return { repository, pull };
  }
  return null;
}

export function findRepositoryById(world: World, id: string): Repository | null {
  for (const repository of world.repositories.values()) if (repository.nodeId === id) return repository;
  return null;
}
