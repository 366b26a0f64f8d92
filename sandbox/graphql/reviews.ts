/** Reviews of GraphQL. */
import { associationOf } from '../access.ts';
import { reviewsOf } from '../reviews.ts';
import { approvals, opinions, rulesFor } from '../rulesets.ts';
import { loginOf, type PullRequest, type Repository, type Review } from '../world.ts';
import { actor } from './actors.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, GraphqlContext } from './graph.ts';

/** What a pull request says of its reviews. */
export function reviewFields(graph: Graph, repository: Repository, pull: PullRequest): Fields {
  const all = ({ credential }: GraphqlContext) => reviewsOf(repository, pull, loginOf(credential.actor));
  const submitted = () => reviewsOf(repository, pull, null);
  const show = (name: string, reviews: readonly Review[], page: PageArguments) =>
    connection(name, reviews, page, (one) => reviewObject(graph, repository, one));
  const mayWrite = (login: string): boolean => {
    const permission = repository.collaborators.get(login.toLowerCase());
    return permission === 'write' || permission === 'admin';
  };
  return {
    reviews: (args: PageArguments & { states?: readonly string[] | null }, context: GraphqlContext) => {
      const wanted = all(context).filter(({ state }) => args.states?.includes(state) ?? true);
      return show('reviews', wanted, args);
    },
    latestReviews: (page: PageArguments) => show('latestReviews', newest(submitted()), page),
    latestOpinionatedReviews: (args: PageArguments & { writersOnly?: boolean | null }) => {
      const wanted = submitted().filter(
        ({ state, authorLogin }) => state !== 'COMMENTED' && (args.writersOnly !== true || mayWrite(authorLogin)),
      );
      return show('latestOpinionatedReviews', newest(wanted), args);
    },
    reviewDecision: () => reviewDecision(repository, pull),
  };
}

/** The last one of each author. */
function newest(reviews: readonly Review[]): Review[] {
  return [...new Map(reviews.map((one) => [one.authorLogin, one])).values()];
}

export function reviewObject(graph: Graph, repository: Repository, review: Review): Fields {
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    author: actor(graph.world, review.authorLogin),
    authorAssociation: associationOf(repository, review.authorLogin),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    createdAt: review.submittedAt ?? graph.world.now(),
    comments: (page: PageArguments) =>
      connection('comments', review.remarks, page, ({ path, line, body }) => ({
        __typename: 'PullRequestReviewComment',
        path,
        line: line ?? null,
        body,
      })),
    commit: async () => graph.commit(repository, await repository.git.commit(review.commitSha)),
    pullRequest: () => pullOf(graph, repository, review),
  };
}

/** Null where no rule asks for a review. */
function reviewDecision(repository: Repository, pull: PullRequest): string | null {
  const needed = rulesFor(repository, `refs/heads/${pull.base.ref}`).flatMap(({ rule }) =>
    rule.type === 'pull_request' ? [rule.approvals] : [],
  );
  if (needed.length === 0) return null;
  if ([...opinions(repository, pull).values()].includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  return approvals(repository, pull) >= Math.max(...needed) ? 'APPROVED' : 'REVIEW_REQUIRED';
}

function pullOf(graph: Graph, repository: Repository, { pullNumber }: Review): Fields | null {
  const pull = repository.pulls.get(pullNumber);
  return pull === undefined ? null : graph.pullRequest(repository, pull);
}
