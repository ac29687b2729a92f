import type { Kind } from "../fault.ts";
import { signalAll } from "../faultyStack.ts";

/** Shorter and longer than Flink waits for PostgreSQL (10 s), for a heartbeat (12 and 20 s), and for Kafka (30 s). */
const SECONDS = [3, 15, 40] as const;

/** A server does nothing for a while, then continues as if nothing had happened. */
export const freeze: Kind = {
  name: "freeze",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers);
    const seconds = random.among(SECONDS);
    let frozen: number[] = [];
    return {
      name: `freeze ${server} for ${seconds} s`,
      parts: [server],
      lastsMs: seconds * 1_000,
      inject: async () => {
        frozen = stack.familyOf(server);
        signalAll(frozen, "SIGSTOP");
      },
      end: async () => signalAll(frozen, "SIGCONT"),
    };
  },
};
