import { kafkaClient } from "../../../clients/kafka/client.ts";
import { userErrorOf } from "../../../clients/kafka/errors.ts";
import { countDocuments } from "../../../clients/openSearch/client.ts";
import { withPostgres } from "../../../clients/postgres/client.ts";
import { quoted } from "../../../clients/postgres/names.ts";
import { type Output, placeOf } from "../../../clients/results/output.ts";
import { table } from "../../../lib/table.ts";
import type { StackOutputs } from "../../engine/outputs.ts";
import { LOOKING } from "./thresholds.ts";

/** How much has come through: the source topic, then what holds the results of each pipeline. */
export async function describeResults(outputs: StackOutputs): Promise<string> {
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
    return table(await Promise.all(rows));
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
