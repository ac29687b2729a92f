import { setTimeout as sleep } from "node:timers/promises";
import { kafkaClient } from "../clients/kafka/client.ts";
import { TestStack } from "../test/support/testStack.ts";
import { cpuSeconds, residentMegabytes } from "./support/process.ts";
import type { Report } from "./support/report.ts";
import { sendAtRate } from "./support/steadyRate.ts";

const RATE = 10_000;
const TICK_MS = 50;
const WARM_UP_MS = 20_000;
const MEASURED_MS = 40_000;
const HOSTS = [7, 100_000];

/** What the live page's server costs at 10,000 readings/s, of seven hosts and of 100,000, with one browser. */
export async function page(report: Report): Promise<void> {
  const settings = {
    pipelines: ["filter", "aggregate"],
    "openSearch.enabled": false,
    "notifier.enabled": false,
    "page.enabled": true,
  };
  await TestStack.with(settings, async (stack) => {
    for (const hosts of HOSTS) await server(stack, hosts, report);
  });
}

async function server(stack: TestStack, hosts: number, report: Report): Promise<void> {
  const pid = stack.servers().find(({ name }) => name === "page-process")?.pid;
  if (pid === undefined) throw new Error("the stack serves no page");
  const stop = new AbortController();
  const browser = fetch(`${stack.outputs.pageUrl}/api/events`, { signal: stop.signal })
    .then(async ({ body }) => {
      for await (const _ of body ?? []);
    })
    .catch(() => {});
  const producer = kafkaClient(stack.outputs.kafka, "bench").producer();
  await producer.connect();
  const pace = { rate: RATE, tickMs: TICK_MS, signal: stop.signal };
  const sending = sendAtRate(producer, pace, (index, _, time) => reading(index, hosts, time));
  let highest = 0;
  const look = () => {
    highest = Math.max(highest, residentMegabytes(pid));
  };
  try {
    await each(WARM_UP_MS, look);
    const before = cpuSeconds(pid);
    await each(MEASURED_MS, look);
    const cores = (cpuSeconds(pid) - before) / (MEASURED_MS / 1000);
    report.add(`page at ${RATE} readings/s, ${hosts} hosts`, { cores, "MB at most": highest });
  } finally {
    stop.abort();
    await Promise.all([sending, browser]);
    await producer.disconnect();
  }
}

async function each(ms: number, look: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await sleep(1_000);
    look();
  }
}

/** Readings of five CPUs per host, in turn. */
function reading(index: number, hosts: number, time: number): string {
  const hostname = `host${Math.floor(index / 5) % hosts}`;
  const usage = (index * 37) % 1_000 === 0 ? 95.5 : (index * 7) % 80;
  return JSON.stringify({ hostname, cpu: `cpu${(index % 5) + 1}`, usage, occurred_at: time });
}
