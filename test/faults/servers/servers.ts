/** What a stack uses, in MB. */
export interface Taken {
  readonly memory: number;
  readonly disk: number;
  /** Part of `disk`. */
  readonly logs: number;
}

/** The servers of a stack, wherever it runs, and what can happen to them. */
export interface Servers {
  /** Such as `kafka-broker`; the same on every host. */
  readonly names: readonly string[];
  /** Ends a server as a crash does. */
  kill(name: string): Promise<void>;
  /** Ends a server in an orderly way. */
  stop(name: string): Promise<void>;
  /** Lets a server do nothing until it is thawed. */
  freeze(name: string): Promise<void>;
  thaw(name: string): Promise<void>;
  /** Ends all servers at once, and the processes that would restart them. */
  killAll(): Promise<void>;
  /** Whether only an `up` brings back what a server's death has ended. */
  needsUp(name: string): boolean;
  /** A server that does not run. */
  dead(): Promise<string | undefined>;
  taken(): Promise<Taken>;
  /** Copies the logs to a folder. */
  keepLogs(folder: string): Promise<void>;
  /** What is left of a stack that was destroyed. */
  leftovers(): Promise<string[]>;
}
