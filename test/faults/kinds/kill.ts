import type { Kind } from "../fault.ts";
import { signalAll } from "../faultyStack.ts";

/** A server dies suddenly. */
export const kill: Kind = {
  name: "kill",
  next(stack, random) {
    const [server = ""] = random.shuffled(stack.servers);
    return {
      name: `kill -9 ${server}`,
      parts: [server],
      lastsMs: 0,
      inject: async () => signalAll([stack.pidOf(server)], "SIGKILL"),
    };
  },
};
