import { type JarSet, jarSets } from "./jars.ts";

/** What has to be installed on this machine for a stack, beside the Pulumi CLI. */
export interface Needs {
  readonly jars: readonly JarSet[];
  readonly postgres: boolean;
  /** Whether Flink here logs in to Kafka with a password, for which not every Java will do. */
  readonly sasl?: boolean;
}

/** What a stack needs that runs on this machine as a whole, and what the tests need. */
export const EVERYTHING: Needs = { jars: jarSets, postgres: true };

/** What is needed to look at a stack, or to take it down. */
export const NOTHING: Needs = { jars: [], postgres: false };
