import {
  callOpenSearch,
  type OpenSearchConnection,
  OpenSearchRefusal,
} from "../../../clients/openSearch/client.ts";
import type { World } from "../model/world.ts";
import type { Attention } from "./attention.ts";

const PACE = { watchedMs: 1_000, aloneMs: 10_000 };
const DEADLINE_MS = 3_000;

/** Keeps up to date whether OpenSearch works, until the signal is aborted. */
export async function feedFromOpenSearch(
  connection: OpenSearchConnection,
  world: World,
  attention: Attention,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const look = async () => {
    try {
      await callOpenSearch(connection, "GET", "/", undefined, DEADLINE_MS);
      world.parts.up("OpenSearch");
    } catch (error) {
      // A user who may not ask this may still write, and OpenSearch has answered.
      const isThere = error instanceof OpenSearchRefusal && error.status === 403;
      if (isThere) world.parts.up("OpenSearch");
      else world.parts.down("OpenSearch", error instanceof Error ? error.message : String(error), help);
    }
  };
  await attention.repeat(look, PACE, signal);
}
