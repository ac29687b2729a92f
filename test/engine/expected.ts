/** What the pipelines must produce for a set of readings, computed without any of their code. */

export interface TestReading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  readonly occurred_at: number;
}

type Row = Record<string, unknown>;

const WINDOW_MS = 30_000;

export function expectedFilter(readings: readonly TestReading[]): Row[] {
  return readings
    .filter(({ usage }) => usage > 80)
    .map(({ hostname, cpu, usage, occurred_at }) => ({ time_ltz: occurred_at, hostname, cpu, usage }));
}

export function expectedThresholdFilter(
  readings: readonly TestReading[],
  thresholds: Record<string, number>,
): Row[] {
  return readings.flatMap(({ hostname, cpu, usage, occurred_at }) => {
    const threshold = thresholds[hostname];
    if (threshold === undefined || usage <= threshold) return [];
    return [{ time_ltz: occurred_at, hostname, cpu, usage, threshold }];
  });
}

/** @param closedUntil windows that end after this time are still open */
export function expectedAggregate(readings: readonly TestReading[], closedUntil: number): Row[] {
  const groups = new Map<string, TestReading[]>();
  for (const reading of readings) {
    const start = Math.floor(reading.occurred_at / WINDOW_MS) * WINDOW_MS;
    const key = `${start} ${reading.hostname} ${reading.cpu}`;
    groups.set(key, [...(groups.get(key) ?? []), reading]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [start = "", hostname, cpu] = key.split(" ");
    const usages = group.map(({ usage }) => usage);
    const end = Number(start) + WINDOW_MS;
    if (end > closedUntil) return [];
    return [
      {
        window_start: Number(start),
        window_end: end,
        hostname,
        cpu,
        usage_avg: usages.reduce((sum, usage) => sum + usage, 0) / usages.length,
        usage_max: Math.max(...usages),
      },
    ];
  });
}

/** Times as epoch ms, numbers to 12 digits, in a fixed order, so that rows from two sources can be compared. */
export function normalised(rows: readonly Row[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, /^(time_ltz|window_)/.test(key) ? epoch(value) : rounded(value)]),
      ),
    )
    .sort();
}

// Flink writes TIMESTAMP(3) as "2021-10-11 12:53:09.277", here in UTC.
const epoch = (value: unknown) =>
  typeof value === "string" ? Date.parse(`${value.replace(" ", "T")}Z`) : value;

const rounded = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(12)) : value);
