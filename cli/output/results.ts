import { kafkaClient } from "../../clients/kafka/client.ts";
import { userErrorOf } from "../../clients/kafka/errors.ts";
import { countDocuments } from "../../clients/openSearch/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { measureLatency } from "../../clients/results/latency.ts";
import { lostReadings } from "../../clients/results/lostReadings.ts";
import { type Output, placeOf } from "../../clients/results/output.ts";
import { tutorialFormat } from "../../components/source/sourceFormat.ts";
import { judge } from "../../lib/reading/judge.ts";
import type { Report } from "../../lib/section.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { LOOKING } from "./thresholds.ts";

/** How many records there are: in the source topic, then in the output of each pipeline. */
export async function describeResults(outputs: StackOutputs): Promise<Report> {
  const places: Output[] = [{ topic: outputs.sourceTopic }, ...Object.values(outputs.results)];
  const admin = kafkaClient(outputs.kafka, "streaming-status", { retry: { retries: 1 } }).admin();
  try {
    await admin.connect();
    const rows = places.map(async (place) => {
      const count = await countOf(place, outputs, async (topic) => {
        const offsets = await admin.fetchTopicOffsets(topic);
        return offsets.reduce((sum, { high }) => sum + Number(high), 0);
      });
      return [placeOf(place), count.toLocaleString("en-GB")];
    });
    return { rows: await Promise.all(rows), troubles: [] };
  } catch (error) {
    throw userErrorOf(error, outputs.kafka, "read the topics of the stack");
  } finally {
    await admin.disconnect();
  }
}

async function countOf(
  place: Output,
  { postgres, openSearch }: StackOutputs,
  endOf: (topic: string) => Promise<number>,
): Promise<number> {
  if ("topic" in place) return endOf(place.topic);
  if ("index" in place) return openSearch === undefined ? 0 : countDocuments(openSearch, place.index);
  const query = `SELECT count(*)::int AS count FROM ${quoted(place.table)}`;
  const { rows } = await withPostgres(postgres, (client) => client.query<{ count: number }>(query), LOOKING);
  return rows[0]?.count ?? 0;
}

const SHOWN = 10;

/** Sources with readings that did not count in the last minutes, most losses first; empty if there are none. */
export async function describeLostReadings(outputs: StackOutputs): Promise<Report> {
  const { losses, complete } = await lostReadings(outputs, outputs.sourceFormat?.["source.hostname"]);
  const rows = losses.slice(0, SHOWN).map(({ source, late, quarantined, reason }) => {
    const counts = [late && `${count(late)} late`, quarantined && `${count(quarantined)} quarantined`];
    return [source, counts.filter(Boolean).join(", "), `newest: ${reason}`];
  });
  const more = losses.length - SHOWN;
  const notes = [
    ...(more > 0 ? [`and ${count(more)} further sources`] : []),
    ...(complete || losses.length === 0 ? [] : ["There are more than could be read in time."]),
  ];
  return { rows, notes, troubles: [] };
}

/** Three checkpoints by default. Nothing else in a status takes as long. */
const MEASURED_MS = 3_000;

/** How long a reading takes from its arrival in Kafka to a reader of the filter's output, measured now. */
export async function describeLatency(outputs: StackOutputs): Promise<Report> {
  const { kafka, sourceTopic, sourceFormat = tutorialFormat, results } = outputs;
  const output = results.filter;
  if (output === undefined || !("topic" in output))
    return noting("not measured: the pipeline filter does not run");
  const readingIn = (value: Buffer | null) => {
    const judgement = judge(value, Number.POSITIVE_INFINITY, sourceFormat);
    return "reason" in judgement ? undefined : judgement;
  };
  const route = { source: sourceTopic, output: output.topic, readingIn };
  const latency = await measureLatency(kafka, route, MEASURED_MS);
  if (latency === undefined) return noting(`nothing came through the filter within ${MEASURED_MS / 1000} s`);
  const ms = (value: number) => `${value.toLocaleString("en-GB")} ms`;
  const rows = [
    ["p50", ms(latency.p50)],
    ["p99", ms(latency.p99)],
    ["results", String(latency.count)],
  ];
  return { rows, troubles: [] };
}

const noting = (note: string): Report => ({ rows: [], notes: [note], troubles: [] });

const count = (value: number) => value.toLocaleString("en-GB");
