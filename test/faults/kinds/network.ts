import type { Fault, Kind } from "../fault.ts";
import type { FaultyStack } from "../faultyStack.ts";
import type { Random } from "../random.ts";

/** Shorter and longer than Flink waits for a heartbeat (20 s), PostgreSQL's driver (10 s), and Kafka's clients (30 s). */
const SECONDS = [4, 15, 40] as const;
/** Long enough that every job fails and is restarted, again and again. */
const LONG_SECONDS = [130, 180, 240] as const;
const SLOW_MS = 200;

/** Nothing passes between a server and its clients, and neither side is notified. */
export const networkCut: Kind = {
  name: "network-cut",
  next: (stack, random) => broken(stack, random, (server) => cut(stack, server)),
};

/** The same between Kafka and Flink, for minutes. */
export const longCut: Kind = {
  name: "long-cut",
  next(stack, random) {
    const kafka = stack.network?.servers.find((server) => server === "kafka-broker");
    return kafka === undefined
      ? undefined
      : lasting(stack, kafka, random.among(LONG_SECONDS), cut(stack, kafka));
  },
};

/** Traffic between a server and its clients is slow in both directions. */
export const networkSlow: Kind = {
  name: "network-slow",
  next: (stack, random) =>
    broken(stack, random, (server) => ({
      name: `delay the network to ${server} by ${SLOW_MS} ms`,
      inject: async () => stack.network?.delay(server, SLOW_MS),
    })),
};

/** Whatever a server or its clients send gets lost; the other direction works. */
export const halfOpen: Kind = {
  name: "half-open",
  next(stack, random) {
    const direction = random.among(["there", "back"] as const);
    return broken(stack, random, (server) => ({
      name: `lose what goes ${direction === "there" ? "to" : "out of"} ${server}`,
      inject: async () => stack.network?.block(server, direction),
    }));
  },
};

type Break = Pick<Fault, "name" | "inject">;

const cut = (stack: FaultyStack, server: string): Break => ({
  name: `cut the network to ${server}`,
  inject: async () => stack.network?.block(server, "there", "back"),
});

function broken(stack: FaultyStack, random: Random, fault: (server: string) => Break) {
  const seconds = random.among(SECONDS);
  const [server] = random.shuffled(stack.network?.servers ?? []);
  return server === undefined ? undefined : lasting(stack, server, seconds, fault(server));
}

function lasting(stack: FaultyStack, server: string, seconds: number, { name, inject }: Break): Fault {
  return {
    name: `${name} for ${seconds} s`,
    parts: [server],
    lastsMs: seconds * 1_000,
    inject,
    end: async () => stack.network?.restore(server),
  };
}
