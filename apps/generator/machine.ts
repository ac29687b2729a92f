import { type CpuInfo, cpus, hostname } from "node:os";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { pause } from "../../lib/timing.ts";
import type { KeyedMessage } from "./backlog.ts";
import { reportingSender } from "./reportingSender.ts";

const SECOND_MS = 1_000;
const REPORT_EVERY = 5;

export interface MachineRun {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly onReport: (line: string) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/**
 * Sends the load of this machine, one reading per core per second, until the signal is aborted.
 *
 * @throws DeliveryError if Kafka refuses the messages, or cannot be reached for 5 s after the signal
 */
export async function runMachine({ connection, topic, onReport, signal }: MachineRun): Promise<void> {
  const sender = reportingSender({ connection, topic, onReport, signal });
  try {
    if (!(await sender.connect(signal))) return;
    let before = cpus();
    for (let second = 1; ; second++) {
      await pause(SECOND_MS, signal);
      if (signal.aborted) return;
      const after = cpus();
      const loads = loadsBetween(before, after);
      before = after;
      await sender.send(messagesOf(hostname(), loads, Date.now()));
      if (second % REPORT_EVERY === 1) onReport(describe(hostname(), loads));
    }
  } finally {
    await sender.close();
  }
}

/** How busy each core was between two samples of its times, in percent. */
export function loadsBetween(before: readonly CpuInfo[], after: readonly CpuInfo[]): number[] {
  return after.map(({ times }, index) => {
    const earlier = before[index]?.times ?? times;
    const total = sum(times) - sum(earlier);
    const idle = times.idle - earlier.idle;
    // Counters may decrease slightly.
    return total <= 0 ? 0 : Math.min(100, Math.max(0, Math.round(1_000 * (1 - idle / total)) / 10));
  });
}

const sum = (times: CpuInfo["times"]) => Object.values(times).reduce((total, part) => total + part, 0);

/** One reading per core, in the form of the tutorial's messages. */
export function messagesOf(host: string, loads: readonly number[], now: number): KeyedMessage[] {
  return loads.map((usage, index) => {
    const cpu = `cpu${index}`;
    const value = JSON.stringify({ hostname: host, cpu, usage, occurred_at: now });
    return { key: `${host}/${cpu}`, value, occurredAt: now };
  });
}

const describe = (host: string, loads: readonly number[]) =>
  `sent the load of ${host}: ${loads.map((load, index) => `cpu${index} ${load} %`).join(", ")}`;
