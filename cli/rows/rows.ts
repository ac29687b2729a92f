import type { Output } from "../../components/pipelines.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { followIndex } from "./indexRows.ts";
import { followTable } from "./tableRows.ts";
import { together } from "./together.ts";
import { followTopics } from "./topicRows.ts";

/** One row of a pipeline's results. */
export interface Row {
  readonly pipeline: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FollowOptions {
  /** Also what was written before. */
  readonly fromBeginning: boolean;
  readonly signal: AbortSignal;
}

/** Reads the results of a stack as they come, wherever they are, until the signal is aborted. */
export async function followRows(
  {
    kafka,
    postgres,
    openSearch,
    results,
  }: Pick<StackOutputs, "kafka" | "postgres" | "openSearch" | "results">,
  options: FollowOptions,
  onRow: (row: Row) => void,
): Promise<void> {
  const follow = (pipeline: string, output: Output, signal: AbortSignal) => {
    const onFields = (fields: Row["fields"]) => onRow({ pipeline, fields });
    if ("table" in output) return followTable(postgres, output.table, { ...options, signal }, onFields);
    if ("index" in output && openSearch)
      return followIndex(openSearch, output.index, { ...options, signal }, onFields);
    return undefined;
  };
  await together(options.signal, [
    (signal) => followTopics(kafka, topicsOf(results), { ...options, signal }, onRow),
    ...Object.entries(results).map(
      ([pipeline, output]) =>
        (signal: AbortSignal) =>
          follow(pipeline, output, signal),
    ),
  ]);
}

/** Pipeline by topic. */
function topicsOf(results: StackOutputs["results"]): Map<string, string> {
  const entries = Object.entries(results);
  return new Map(
    entries.flatMap(([pipeline, output]) => ("topic" in output ? [[output.topic, pipeline]] : [])),
  );
}
