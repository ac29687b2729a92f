import type { SilenceScope } from "../../shared/silences.ts";

/** A time in which no messages are sent about a host, a CPU or a rule. Detection continues. */
export interface Silence extends SilenceScope {
  readonly id: string;
  readonly reason: string;
}
