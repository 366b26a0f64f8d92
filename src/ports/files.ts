/** The few files that a worker reads and writes beside git: the prompt's template, logs, the shim. */
export interface Files {
  /** Undefined if there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** The text from a byte on, and where the next reading goes on; undefined if there is no such file. */
  readFrom(path: string, offset: number): Promise<{ text: string; next: number } | undefined>;
  /** Names in a folder; none if there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Writes a whole file at once: a reader sees the old text or the new, never half. Folders are made. */
  write(path: string, text: string, options?: { executable?: boolean }): Promise<void>;
  /** Opens a log for appending. Lines beyond `maxBytes`, and such as cannot be written, are counted instead. */
  openLog(path: string, maxBytes: number): Log;
}

export interface Log {
  line(text: string): void;
  close(): void;
}
