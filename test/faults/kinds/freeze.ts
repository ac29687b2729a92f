import type { Kind } from "../fault.ts";

/** Shorter and longer than Flink waits for PostgreSQL (10 s), for a heartbeat (12 and 20 s), and for Kafka (30 s). */
const SECONDS = [3, 15, 40] as const;

/** A server does nothing for a while, then continues as if nothing had happened. */
export const freeze: Kind = {
  name: "freeze",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers.names);
    const seconds = random.among(SECONDS);
    return {
      name: `freeze ${server} for ${seconds} s`,
      parts: [server],
      lastsMs: seconds * 1_000,
      inject: () => stack.servers.freeze(server),
      end: () => stack.servers.thaw(server),
    };
  },
};
