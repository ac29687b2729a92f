import { ANOMALY_KINDS } from "../../apps/generator/anomalies.ts";
import { table } from "../../lib/table.ts";
import { parseFlinkTime } from "../../test/oracle/model/time.ts";
import { countByKind, type Found } from "./byKind.ts";
import { DetectionStack, type Row } from "./detectionStack.ts";
import { findings } from "./findings.ts";
import { COUNTS_UNTIL, type LabelledDays, labelsOf, messagesOf, seriesDays } from "./labelledDays.ts";

const PIPELINES = ["aggregate", "alerts", "silent", "expect", "learned"] as const;

/** Sends the generator's readings through the real pipelines and prints which of its anomalies each rule finds. */
export async function detectGenerated(days: LabelledDays): Promise<void> {
  const labels = labelsOf(days);
  const { readings, ...results } = await DetectionStack.with(PIPELINES, async (stack) => {
    const readings = await stack.send(stack.source, messagesOf(days));
    return { readings, ...(await stack.results(endsInSilence)) };
  });
  const found = findings(labels, results, COUNTS_UNTIL);

  const cpuDays = seriesDays(days).toFixed(0);
  console.log(`\n${readings} readings, ${cpuDays} days of a CPU, ${labels.length} anomalies:`);
  console.log(
    table([
      ["", ...ANOMALY_KINDS, "all", "false episodes"],
      rowOf("there are", { kinds: countByKind(labels) }),
      ...Object.entries(found).map(([rule, each]) => rowOf(rule, each)),
    ]),
  );
  const share = (100 * sumOf(found["all three"])) / labels.length;
  console.log(`\nTogether they find ${share.toFixed(1)} % of the anomalies.`);
}

/** Only the clock follows the last readings. */
const endsInSilence = (alerts: readonly Row[]) =>
  alerts.some(({ rule, since }) => rule === "silent" && parseFlinkTime(String(since)) >= COUNTS_UNTIL);

const sumOf = ({ kinds }: Pick<Found, "kinds">) =>
  Object.values(kinds).reduce((sum, count) => sum + count, 0);

const rowOf = (name: string, found: Pick<Found, "kinds"> & Partial<Found>) => [
  name,
  ...ANOMALY_KINDS.map((kind) => `${found.kinds[kind]}`),
  `${sumOf(found)}`,
  `${found.falseEpisodes ?? ""}`,
];
