import type { Client } from "pg";
import type { Kind } from "../fault.ts";
import { session } from "../session.ts";

/** More than PostgreSQL allows. */
const CONNECTIONS = 60;

/** Somebody takes every connection that PostgreSQL has left. */
export const exhaustedConnections: Kind = {
  name: "exhausted-connections",
  next(stack) {
    const clients: Client[] = [];
    return {
      name: "take all connections of PostgreSQL for 15 s",
      parts: ["connections", "postgres-server"],
      lastsMs: 15_000,
      inject: async () => {
        for (let index = 0; index < CONNECTIONS; index++) {
          const client = session(stack);
          try {
            await client.connect();
          } catch {
            return; // there are none left
          }
          clients.push(client);
        }
      },
      end: async () => {
        await Promise.all(clients.map((client) => client.end().catch(() => {})));
      },
    };
  },
};
