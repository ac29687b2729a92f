import type { Kind } from "../fault.ts";

/** Everything dies at once, including the supervisors: `up` brings it back. */
export const powerCut: Kind = {
  name: "power-cut",
  next: (stack) => ({
    name: "power cut",
    parts: stack.everything,
    lastsMs: 0,
    needsUp: true,
    inject: () => stack.servers.killAll(),
  }),
};
