import { setTimeout as sleep } from "node:timers/promises";
import { residentMegabytes } from "../provider/process/memory.ts";
import type { TestStack } from "../test/support/testStack.ts";
import { groupCpuSeconds } from "./support/process.ts";
import type { Report } from "./support/report.ts";

/** Until Java has compiled the code that an idle stack runs. */
const WARM_UP_MS = 40_000;
const MEASURED_MS = 30_000;

/** What the idle stack `local` costs: with its generator's 35 readings/s, a minute after the start. */
export async function standingStill(stack: TestStack, report: Report): Promise<void> {
  const servers = stack.servers();
  const used = () => servers.map(({ pid }) => groupCpuSeconds(pid));
  await sleep(WARM_UP_MS);
  const before = used();
  await sleep(MEASURED_MS);
  const cores = used().map((value, index) => (value - (before[index] ?? 0)) / (MEASURED_MS / 1000));
  const megabytes = servers.map(({ pid }) => residentMegabytes(pid));
  const at = (values: readonly number[], index: number) => values[index] ?? Number.NaN;
  for (const [index, { name }] of servers.entries()) {
    report.add(`at rest, ${name}`, { cores: at(cores, index), MB: at(megabytes, index) });
  }
  report.add("at rest, all", { cores: sum(cores), MB: sum(megabytes) });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
