import type { Kind } from "../fault.ts";

const KAFKA = "kafka-broker";
/** Long enough that every job fails and is restarted, again and again. */
const SECONDS = [130, 180, 240] as const;

/** Nothing passes between Kafka and Flink for minutes. */
export const longCut: Kind = {
  name: "long-cut",
  next(stack, random) {
    if (!stack.network?.servers.includes(KAFKA)) return undefined;
    const seconds = random.among(SECONDS);
    return {
      name: `cut the network to ${KAFKA} for ${seconds} s`,
      parts: [KAFKA],
      lastsMs: seconds * 1_000,
      inject: async () => stack.network?.block(KAFKA, "there", "back"),
      end: async () => stack.network?.restore(KAFKA),
    };
  },
};
