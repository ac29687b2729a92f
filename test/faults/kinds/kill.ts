import type { Kind } from "../fault.ts";

/** A server dies suddenly. */
export const kill: Kind = {
  name: "kill",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers.names);
    return {
      name: `kill -9 ${server}`,
      parts: [server],
      lastsMs: 0,
      needsUp: stack.servers.needsUp(server),
      inject: () => stack.servers.kill(server),
    };
  },
};
