import type { SharedSettings } from "../settings/shared.ts";

/**
 * What a single broker cannot do, one sentence per problem.
 *
 * @param parts the parts of the stack that the host runs
 * @param where the broker runs, e.g. `this machine`
 */
export function singleBrokerProblems(
  settings: SharedSettings,
  parts: readonly string[],
  where: string,
): string[] {
  const factor = settings["kafka.replicationFactor"];
  if (!parts.includes("kafka") || !(factor > 1)) return [];
  return [`kafka.replicationFactor is ${factor}, but Kafka on ${where} is a single broker: set it to 1`];
}
