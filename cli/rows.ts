import { randomUUID } from "node:crypto";
import { kafkaClient } from "../clients/kafka.ts";
import type { StackOutputs } from "./outputs.ts";

/** One record of an output. */
export interface Row {
  readonly pipeline: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads the outputs of a stack as they are committed, until the signal is aborted.
 *
 * @param fromBeginning also what was written before
 */
export async function followRows(
  outputs: Pick<StackOutputs, "kafka" | "outputTopics">,
  options: { readonly fromBeginning: boolean; readonly signal: AbortSignal },
  onRow: (row: Row) => void,
): Promise<void> {
  const { signal, fromBeginning } = options;
  const kafka = kafkaClient(outputs.kafka, "streaming-cli");
  const pipelineOf = new Map(
    Object.entries(outputs.outputTopics).map(([pipeline, topic]) => [topic, pipeline]),
  );
  const groupId = `streaming-cli-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...pipelineOf.keys()], fromBeginning });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message }) => {
        if (signal.aborted || message.value === null) return;
        onRow({ pipeline: pipelineOf.get(topic) ?? topic, fields: JSON.parse(message.value.toString()) });
      },
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  } finally {
    await consumer.disconnect();
  }
}
