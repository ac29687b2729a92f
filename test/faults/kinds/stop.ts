import type { Kind } from "../fault.ts";
import { signalAll } from "../faultyStack.ts";

/** A server ends in an orderly way, as by an administrator: Kafka with open transactions, PostgreSQL with sessions. */
export const stop: Kind = {
  name: "stop",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers);
    // With INT, PostgreSQL does not wait for its clients.
    const name = server.startsWith("postgres") ? "SIGINT" : "SIGTERM";
    return {
      name: `stop ${server}`,
      parts: [server],
      lastsMs: 0,
      inject: async () => signalAll([stack.pidOf(server)], name),
    };
  },
};
