/** How long GitHub has owed a command any answer, by the API or by git. */
export interface Silence {
  /** For how long a command goes on without one. */
  readonly limitMs: number;
  /** A request begins; from the first that gets no answer on, the time counts. */
  begin(): void;
  /** A whole answer has come, be it a refusal. */
  answered(): void;
  /** What is left of the limit; not a positive number when it is over, and endless while GitHub owes nothing. */
  leftMs(): number;
}
