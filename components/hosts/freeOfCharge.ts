import type { Part, Price } from "./host.ts";

/**
 * The prices of services that cost nothing. Apps are not listed.
 *
 * @param note why it costs nothing
 * @param name of the service on the host
 */
export function freeOfCharge(parts: readonly Part[], note: string, name?: string): Price[] {
  return parts.flatMap((service) =>
    service === "generator" || service === "notifier" || service === "page"
      ? []
      : [{ service, perHour: 0, note, ...(name !== undefined && { name }) }],
  );
}
