import type { Kind } from "../fault.ts";
import { signalAll } from "../faultyStack.ts";

/** Everything dies at once, including the supervisors: `up` brings it back. */
export const powerCut: Kind = {
  name: "power-cut",
  next: (stack) => ({
    name: "power cut",
    parts: stack.everything,
    lastsMs: 0,
    needsUp: true,
    inject: async () => {
      signalAll(
        stack.servers.map((server) => stack.keeperOf(server)),
        "SIGKILL",
      );
      signalAll(
        stack.servers.flatMap((server) => stack.familyOf(server)),
        "SIGKILL",
      );
    },
  }),
};
