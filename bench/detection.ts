import { parseArgs } from "node:util";
import { table } from "../lib/table.ts";
import { overThreshold, threeDayScore } from "./detection/detectors.ts";
import { detectByFlink } from "./detection/flinkRun.ts";
import { detectGenerated } from "./detection/generated.ts";
import { type LabelledSeries, readLabelledSeries } from "./detection/labelledSeries.ts";
import { ratesOf, type Score, score, sumOf } from "./detection/score.ts";

/*
 * How good the alerts are, measured on a separate Flink. Without --data: the generator's readings, whose anomalies are
 * labelled, for all three rules. With --data: series with labelled anomalies in the format of the Numenta Anomaly
 * Benchmark, as rows of cpu_agg_stats, for the rule `learned`.
 */

/** The series for which OpenSearch has published figures for Random Cut Forest. */
const FIVE = ["cpu_utilization_24ae8d", "network_in_257a54", "write_bytes_1ef3de", "e47b3b", "cc0c53"];

const rowOf = (name: string, total: Score) => {
  const { precision, recall, f1, falseAday } = ratesOf(total);
  const { alerts, found, windows, falseAlerts } = total;
  const share = (value: number) => value.toFixed(3);
  return [
    name,
    `${alerts}`,
    `${found} of ${windows}`,
    `${falseAlerts}`,
    share(precision),
    share(recall),
    share(f1),
    share(falseAday),
  ];
};
const HEADINGS = [
  "",
  "alerts",
  "windows found",
  "false alerts",
  "precision",
  "recall",
  "F1",
  "false a series-day",
];

/**
 * Runs the measurement and prints the figures.
 *
 * @param args `--data <folder>`, or the number of CPUs of each of the generator's hosts and the number of seconds
 * between two readings of a CPU; the defaults are `--cpus 1 --every 2`
 */
export async function detection(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, cpus: { type: "string" }, every: { type: "string" } },
  });
  if (values.data !== undefined) return detectSeries(values.data);
  const [cpus, every] = [Number(values.cpus ?? 1), Number(values.every ?? 2)];
  if (!Number.isInteger(cpus) || cpus < 1 || !Number.isInteger(every) || every < 1) {
    console.error("--cpus and --every must be whole numbers of at least 1.");
    process.exit(2);
  }
  await detectGenerated({ cpus, every });
}

async function detectSeries(folder: string): Promise<void> {
  const all = readLabelledSeries(folder);
  const { unusual, told } = await detectByFlink(all);
  const labelled = all.filter(({ windows }) => windows.length > 0);
  const five = labelled.filter(({ name }) => FIVE.some((end) => name.endsWith(end)));

  const detectors = {
    "learned, by Flink": ({ name }: LabelledSeries) => unusual.get(name) ?? [],
    "static threshold (99th percentile of the warm-up)": overThreshold,
    "three-day z-score (over 3, and 20 % off)": threeDayScore,
  };
  for (const [title, series] of Object.entries({ "": labelled, " of them": five })) {
    if (series.length === 0) continue;
    console.log(`\n${series.length} labelled series${title}:`);
    const rows = Object.entries(detectors).map(([name, detect]) =>
      rowOf(name, sumOf(series.map((each) => score(each, detect(each))))),
    );
    console.log(table([HEADINGS, ...rows]));
  }
  const count = (list: readonly LabelledSeries[]) =>
    list.reduce((sum, { name }) => sum + (unusual.get(name)?.length ?? 0), 0);
  console.log(
    `\nOf all ${all.length} series, warm-up included, ${count(all)} rows of five minutes were unusual: ${told} alerts.`,
  );
}
