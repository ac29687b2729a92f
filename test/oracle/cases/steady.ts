import type { RawMessage } from "../harness/source.ts";
import { message } from "../harness/stretch.ts";
import { spread } from "./generated.ts";

const HOSTS = ["happy", "sleepy", "doc", "dopey", "without-threshold"];
const CPUS = ["cpu1", "cpu2", "cpu3", "cpu4"];
const USAGES = [10.5, 39, 40, 41.25, 69.75, 70, 70.125, 80, 80.5, 90, 91, 100, 0];

/** One reading of each of twenty series at the same time, in all partitions; averages rise now and then. */
export function readingsAt(time: number, turn: number, partitions: number): RawMessage[] {
  return HOSTS.flatMap((hostname, host) =>
    CPUS.map((cpu, index) => {
      const usage = USAGES[(turn + host * 3 + index * 5) % USAGES.length] ?? 0;
      const partition = spread(`${hostname}/${cpu}`) % partitions;
      return message(partition, { hostname, cpu, usage, occurred_at: time });
    }),
  );
}
