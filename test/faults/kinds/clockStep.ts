import type { Kind } from "../fault.ts";

const HOUR_S = 3_600;

/** The clocks of Kafka, Flink and OpenSearch jump by an hour, and back. */
export const clockStep: Kind = {
  name: "clock-step",
  next(stack, random) {
    const { preload: clocks } = stack.means;
    const direction = random.among([1, -1] as const);
    if (clocks === undefined) return undefined;
    return {
      name: `step the clocks by ${direction > 0 ? "+" : "-"}1 h for 20 s`,
      parts: stack.everything,
      lastsMs: 20_000,
      inject: async () => clocks.stepClocks(direction * HOUR_S),
      end: async () => clocks.stepClocks(0),
    };
  },
};
