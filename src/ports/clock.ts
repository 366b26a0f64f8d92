/** Time and chance, as arguments. */
export interface Clock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lower-case letters and digits, at least 8, never the same twice. */
  nonce(): string;
}
