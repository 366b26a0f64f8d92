/** A request that GitHub would refuse: thrown anywhere below a route or resolver, answered by the server. */
export class Refused extends Error {
  readonly status: number;
  /** A list for most, a sentence for some. */
  readonly errors: readonly unknown[] | string | undefined;
  /** The `type` of the error in GraphQL. */
  readonly type: string;

  constructor(status: number, message: string, errors?: readonly unknown[] | string, type = typeByStatus[status]) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.type = type ?? 'UNPROCESSABLE';
  }
}

const typeByStatus: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' };

export const notFound = () => new Refused(404, 'Not Found');

/** 422 as GitHub words it for a field. */
export function invalidField(resource: string, field: string, code: string, message?: string): Refused {
  return new Refused(422, 'Validation Failed', [
    { resource, field, code, ...(message === undefined ? {} : { message }) },
  ]);
}
