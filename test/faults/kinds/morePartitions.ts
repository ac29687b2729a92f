import type { Kind } from "../fault.ts";

/** Topics get an additional partition while the stream runs. */
export const morePartitions: Kind = {
  name: "more-partitions",
  next(stack) {
    if (!stack.canGrow) return undefined;
    return {
      name: `a partition more, ${stack.partitions + 1}`,
      // The up that adds it must not coincide with another fault: it would fail and report that.
      parts: stack.everything,
      lastsMs: 0,
      inject: () => stack.grow(),
    };
  },
};
