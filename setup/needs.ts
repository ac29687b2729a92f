import { type JarSet, jarSets } from "./jars.ts";

/** What must be installed on this machine for a stack, besides the Pulumi CLI. */
export interface Needs {
  readonly jars: readonly JarSet[];
  readonly postgres: boolean;
  /** Whether the live page is served from this machine. */
  readonly page: boolean;
  /** Whether Flink on this machine logs in to Kafka with a password, which not every Java supports. */
  readonly sasl?: boolean;
}

/** The needs of a stack that runs entirely on this machine, and of the tests. */
export const EVERYTHING: Needs = { jars: jarSets, postgres: true, page: true };

/** The needs of inspecting or destroying a stack. */
export const NOTHING: Needs = { jars: [], postgres: false, page: false };
