/** Finds things by their global id. */
import type { CheckSuite, PullRequest, Repository, World } from '../world.ts';

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

export function findSuite(world: World, id: string): { repository: Repository; suite: CheckSuite } | null {
  for (const repository of world.repositories.values()) {
    for (const suite of repository.checkSuites.values()) if (suite.nodeId === id) return { repository, suite };
  }
  return null;
}
