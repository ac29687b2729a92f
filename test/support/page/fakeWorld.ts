import type { KafkaMessage } from "kafkajs";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { World } from "../../../apps/page/model/world.ts";

const HOSTS: Readonly<Record<string, number>> = {
  doc: 20,
  grumpy: 30,
  sleepy: 40,
  bashful: 60,
  happy: 70,
  sneezy: 80,
  dopey: 90,
};
const WINDOW_MS = 30_000;
/** Makes messages count as older than the page. */
export const BEFORE = 1;

/** A message as Kafka has it, at the offset 0. */
export const message = (
  value: unknown,
  { key = "", at = Date.now(), headers = {} as Record<string, string> } = {},
) =>
  ({
    key: Buffer.from(key),
    value: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
    timestamp: String(at),
    offset: "0",
    headers,
  }) as unknown as KafkaMessage;

/** In Flink's format. */
export const sqlTime = (ms: number) => new Date(ms).toISOString().replace("T", " ").slice(0, 19);

export const reading = (hostname: string, cpu: string, usage: number, occurredAt: number) =>
  message({ hostname, cpu, usage, occurred_at: occurredAt }, { at: occurredAt });

export const window = (hostname: string, cpu: string, start: number, avg: number, max: number) =>
  message({
    hostname,
    cpu,
    window_start: sqlTime(start),
    window_end: sqlTime(start + WINDOW_MS),
    usage_avg: avg,
    usage_max: max,
  });

export const alert = (
  event: "raised" | "still" | "cleared",
  hostname: string,
  cpu: string,
  since: number,
  start: number,
  more: Record<string, unknown> = {},
) =>
  message(
    {
      rule: "threshold",
      event,
      hostname,
      cpu,
      window_start: sqlTime(start),
      window_end: sqlTime(start + WINDOW_MS),
      actual: 95,
      threshold: HOSTS[hostname] ?? 50,
      since: sqlTime(since),
      windows: 1,
      message: `${hostname}/${cpu} is over its threshold`,
      ...more,
    },
    { key: `${hostname}/${cpu}` },
  );

/** A world of seven hosts with an hour of windows, some episodes and a quarantine. */
export function fakeWorld(now = Date.now()): World {
  const world = new World(
    now - 60_000,
    ["filter", "aggregate", "alerts", "quarantine"],
    ["Kafka", "PostgreSQL", "Flink"],
  );
  for (const part of ["Kafka", "PostgreSQL", "Flink"]) world.parts.up(part);
  world.thresholds.replace(
    Object.entries(HOSTS).map(([hostname, value]) => ({ hostname, value })),
    now,
  );
  const newest = Math.floor(now / WINDOW_MS) * WINDOW_MS - WINDOW_MS;
  for (const [index, [host, threshold]] of Object.entries(HOSTS).entries()) {
    for (let cpu = 1; cpu <= 5; cpu++) fill(world, host, `cpu${cpu}`, threshold, newest, index * 5 + cpu);
  }
  for (let i = 0; i < 7; i++) {
    const lost = {
      key: "",
      at: now - i * 20_000,
      headers: { reason: i % 3 ? "usage is not a number" : "not JSON", partition: "0", offset: `${100 + i}` },
    };
    takeIn(world, "quarantine", [message(i % 3 ? '{"hostname": "doc", "usage": "95"}' : "<b>oops", lost)]);
  }
  for (let back = 3_600; back > 0; back -= 5) world.throughput.set(Math.floor(now / 1000) - back, [35], 720);
  return world;
}

function fill(
  world: World,
  host: string,
  cpu: string,
  threshold: number,
  newest: number,
  seed: number,
): void {
  let over: number | undefined;
  for (let back = 119; back >= 0; back--) {
    const start = newest - back * WINDOW_MS;
    const wave = Math.sin((start / WINDOW_MS + seed * 13) / 17) ** 8 * (seed % 4 === 0 ? 90 : 45);
    const average = Math.min(98, 8 + (seed % 5) * 3 + wave + 3 * Math.sin(start / 40_000 + seed));
    takeIn(world, "aggregate", [window(host, cpu, start, average, Math.min(100, average + 6))]);
    const isOver = average > threshold;
    if (isOver && over === undefined) {
      over = start;
      takeIn(world, "alerts", [alert("raised", host, cpu, start, start, { actual: average, threshold })]);
    }
    if (!isOver && over !== undefined) {
      takeIn(world, "alerts", [alert("cleared", host, cpu, over, start, { actual: average, threshold })]);
      over = undefined;
    }
    if (back > 30) continue;
    const readings = Array.from({ length: 30 }, (_, second) =>
      reading(host, cpu, Math.min(100, average + 5 * Math.sin(second * seed)), start + second * 1000),
    );
    takeIn(world, undefined, readings, BEFORE);
  }
}
