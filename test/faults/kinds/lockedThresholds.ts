import type { Client } from "pg";
import type { Kind } from "../fault.ts";
import { session } from "../session.ts";

/** Shorter and longer than a lookup waits for a lock (8 s). */
const SECONDS = [4, 20] as const;

/** Somebody's transaction locks the thresholds and stays open. */
export const lockedThresholds: Kind = {
  name: "locked-thresholds",
  next(stack, random) {
    const seconds = random.among(SECONDS);
    let client: Client | undefined;
    return {
      name: `lock cpu_thresholds for ${seconds} s`,
      parts: ["thresholds", "postgres-server"],
      lastsMs: seconds * 1_000,
      inject: async () => {
        client = session(stack);
        await client.connect();
        await client.query("BEGIN; LOCK TABLE cpu_thresholds IN ACCESS EXCLUSIVE MODE");
      },
      end: async () => client?.end(),
    };
  },
};
