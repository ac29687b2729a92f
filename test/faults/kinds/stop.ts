import type { Kind } from "../fault.ts";

/** A server ends in an orderly way, as by an administrator: Kafka with open transactions, PostgreSQL with sessions. */
export const stop: Kind = {
  name: "stop",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers.names);
    return {
      name: `stop ${server}`,
      parts: [server],
      lastsMs: 0,
      needsUp: stack.servers.needsUp(server),
      inject: () => stack.servers.stop(server),
    };
  },
};
