import type { TopicOutput } from "../clients/results/output.ts";
import type { Names } from "./names.ts";
import { outputOwner, pipelineOf, silenceTable, sourceTopic, thresholdTable } from "./pipelines.ts";
import type { SharedSettings } from "./settings/shared.ts";

/** What a stack creates in its services, by its names there. */
export interface Planned {
  /** Topic that has to exist already; undefined if the stack creates them all. */
  readonly existingTopic: string | undefined;
  readonly topics: readonly TopicOutput[];
  /** With their schema or without. */
  readonly tables: readonly string[];
  readonly indexes: readonly string[];
}

type PlannedSettings = Pick<SharedSettings, "pipelines" | "source.existing">;

/** What a stack with these settings creates. */
export function plannedOf(settings: PlannedSettings, names: Names): Planned {
  const outputs = [...new Set(settings.pipelines.map(outputOwner))].flatMap(
    (pipeline) => pipelineOf(pipeline).output ?? [],
  );
  const topics = outputs.flatMap((output) => ("topic" in output ? [output] : []));
  const source = settings["source.existing"] ? [] : [{ topic: sourceTopic }];
  return {
    existingTopic: settings["source.existing"] ? names.topic(sourceTopic) : undefined,
    topics: [...source, ...topics].map((output) => ({
      ...output,
      topic: names.topic(output.topic),
    })),
    tables: [
      thresholdTable,
      silenceTable,
      ...outputs.flatMap((output) => ("table" in output ? [output.table] : [])),
    ].map(names.table),
    indexes: outputs.flatMap((output) => ("index" in output ? [names.index(output.index)] : [])),
  };
}
