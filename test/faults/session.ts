import pg from "pg";
import type { FaultyStack } from "./faultyStack.ts";

/** A PostgreSQL session that may be cut off at any moment; not connected yet. */
export function session({ stack }: FaultyStack): pg.Client {
  const { host, port, database, user, password } = stack.outputs.postgres;
  const client = new pg.Client({ host, port, database, user, password, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  return client;
}
