import { setTimeout as sleep } from "node:timers/promises";
import { spread } from "../oracle/cases/generated.ts";
import { kinds } from "../oracle/cases/malformed.ts";
import type { RawMessage } from "../oracle/harness/source.ts";
import { message, type Stretch } from "../oracle/harness/stretch.ts";
import { Background } from "../support/background.ts";
import { Random } from "./random.ts";

const TURN_MS = 100;
/** Event time that passes per unit of real time: windows close while a fault is ongoing. */
const SPEED = 10;
const HOSTS = ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey", "without-threshold"];
const CPUS = ["cpu1", "cpu2", "cpu3", "cpu4"];
/** How far a reading may lag behind the newest of its partition and certainly be in time, with a turn to spare. */
const IN_TIME_MS = 8_000;
/** More than any clock step: Kafka's clock decides what is ahead. */
const AHEAD_MS = 3 * 3_600_000;
/** How long a CPU is busy, and then calm, in event time: this is how often its average crosses its threshold. */
const BUSY_MS = 120_000;

/** Shares of all messages. */
const MALFORMED = 0.01;
const FAR_AHEAD = 0.002;
const LAGGING = 0.2;
const REPEATED = 0.02;

/** Readings to all partitions at a steady rate, mixed with other messages, until it is stopped. */
export class Load {
  /** Event time of the newest readings, epoch ms. */
  time: number;
  sent = 0;
  readonly #background: Background;

  constructor(
    private readonly stretch: Stretch,
    private readonly random: Random,
    /** Messages per second. */
    private readonly rate: number,
  ) {
    this.time = stretch.from;
    this.#background = new Background((isStopped) => this.#run(isStopped));
  }

  stop(): Promise<void> {
    return this.#background.stop();
  }

  async #run(isStopped: () => boolean): Promise<void> {
    const perTurn = Math.max(1, Math.round((this.rate * TURN_MS) / 1_000));
    let due = Date.now();
    while (!isStopped()) {
      const messages = Array.from({ length: perTurn }, () => this.#next()).flat();
      await this.stretch.send(messages);
      this.sent += messages.length;
      this.time += TURN_MS * SPEED;
      // Messages delayed by an outage are not made up for.
      due = Math.max(due + TURN_MS, Date.now() - TURN_MS);
      await sleep(Math.max(0, due - Date.now()));
    }
  }

  #next(): RawMessage[] {
    const { random } = this;
    const hostname = random.among(HOSTS as [string, ...string[]]);
    const cpu = random.among(CPUS as [string, ...string[]]);
    const { partitions } = this.stretch;
    const partition = partitions[spread(`${hostname}/${cpu}`) % partitions.length] ?? 0;
    if (random.chance(MALFORMED)) return [{ partition, value: this.#malformed() }];
    if (random.chance(FAR_AHEAD)) {
      return [message(partition, { hostname, cpu, usage: 95, occurred_at: Date.now() + AHEAD_MS })];
    }
    const lag = random.chance(LAGGING) ? random.between(0, IN_TIME_MS) : 0;
    const occurred_at = Math.max(this.stretch.from, this.time - lag);
    const usage = usageOf(hostname, cpu, occurred_at);
    const reading = message(partition, { hostname, cpu, usage, occurred_at });
    return random.chance(REPEATED) ? [reading, reading] : [reading];
  }

  /** A message of a kind whose value is never a valid reading. */
  #malformed(): RawMessage["value"] {
    const kind = this.random.among(MALFORMED_KINDS);
    return kind.value(this.time);
  }
}

/**
 * The load of a CPU, in eighths, whose sums are exact in any order; few are over the filter's 80 %. A CPU has one load
 * at a time, because the index might keep either of two after an outage.
 */
function usageOf(hostname: string, cpu: string, time: number): number {
  const random = new Random(spread(`${hostname}/${cpu}/${time}`));
  const isBusy = (Math.floor(time / BUSY_MS) + spread(`${cpu}/${hostname}`)) % 2 === 0;
  const usual = isBusy ? random.between(480, 640) : random.between(0, 240);
  return (random.chance(0.05) ? random.between(640, 800) : usual) / 8;
}

const MALFORMED_KINDS = kinds.filter(({ reason }) => reason !== undefined) as [
  (typeof kinds)[number],
  ...(typeof kinds)[number][],
];

/** Readings for windows that have certainly closed, one of each host. */
export function lateReadings(stretch: Stretch, random: Random): RawMessage[] {
  const { partitions, from } = stretch;
  return HOSTS.map((hostname) =>
    message(partitions[spread(`${hostname}/cpu1`) % partitions.length] ?? 0, {
      hostname,
      cpu: "cpu1",
      usage: random.between(0, 800) / 8,
      occurred_at: from + random.between(0, 20_000),
    }),
  );
}
