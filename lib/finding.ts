/** Something that was found out about this machine, or about a stack on it. */
export interface Finding {
  /** What was looked at, such as `Java` or `kafka.port`. */
  readonly name: string;
  /** What was found, in a few words. It holds no secrets, since people paste it into bug reports. */
  readonly value: string;
  readonly trouble?: Trouble;
}

export interface Trouble {
  /** What is wrong, in a sentence. */
  readonly problem: string;
  /** What to do about it, in a sentence; absent if the problem says that. */
  readonly remedy?: string;
  /** Whether `up` cannot succeed before that is done. */
  readonly stops: boolean;
}
