import type { Repository } from '../../ports/github.ts';
import type { MergerGitHub } from '../../ports/merger-github.ts';
import type { Client } from './client.ts';
import { createLandingWriter } from './landing.ts';
import { createMergerReader } from './merger-reads.ts';
import { createMergerWriter } from './merger-writes.ts';

/** The merger's GitHub, over one client. */
export function createMergerGitHub(client: Client, repository: Repository): MergerGitHub {
  return {
    ...createMergerReader(client, repository),
    ...createMergerWriter(client, repository),
    ...createLandingWriter(client, repository),
  };
}
