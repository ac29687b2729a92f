import type { StackOutputs } from "../../../cli/outputs.ts";
import type { Row } from "../model/message.ts";
import type { Outputs } from "../model/outputs.ts";
import type { TopicReader } from "./topicReader.ts";

/** Everything that stands in the outputs at the moment, in the form of the model. */
export async function readOutputs({ outputTopics }: StackOutputs, reader: TopicReader): Promise<Outputs> {
  const records = (topic: string | undefined) => (topic === undefined ? [] : reader.records(topic));
  const rows = (topic: string | undefined): Row[] =>
    records(topic).map(({ value }) => JSON.parse(String(value)) as Row);
  return {
    filter: rows(outputTopics.filter),
    aggregate: rows(outputTopics.aggregate),
    thresholdFilter: rows(outputTopics.thresholdFilter),
    countOverThreshold: [],
    search: [],
    notify: [],
    trend: rows(outputTopics.trend),
    quarantine: [],
  };
}
