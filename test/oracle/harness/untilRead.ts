import { kafkaClient } from "../../../clients/kafka/client.ts";
import { type PipelineName, pipelineNames, pipelineOf } from "../../../components/pipelines.ts";
import { until } from "../../../lib/until.ts";
import type { TestStack } from "../../support/testStack.ts";
import { takeCheckpoints } from "./checkpoints.ts";
import type { Source } from "./source.ts";

/** After its checkpoint, a job tells Kafka with its next request how far it has read. */
const COMMIT = { deadline: 500, pollMs: 100 };
const GIVE_UP_MS = 60_000;

const readers = pipelineNames.filter((name) => pipelineOf(name).reads === undefined);

/**
 * Waits until jobs have read everything sent so far and have taken a checkpoint after it: by then they have processed
 * it, except for what waits for event time. Heartbeats must continue meanwhile: a request waits ten seconds for messages.
 *
 * @param pipelines those whose jobs must have read it, if they run
 */
export async function untilRead(
  { stack, source }: { readonly stack: TestStack; readonly source: Source },
  pipelines: readonly PipelineName[] = readers,
): Promise<void> {
  const ends = [...source.ends];
  const jobs = stack.resources("streaming:flink:SqlJob").map(({ outputs }) => String(outputs.job));
  // A job's consumer group has its name.
  let behind = jobs.filter((job) => pipelines.some((name) => job.endsWith(`-${name}`)));
  if (behind.length === 0)
    throw new Error(`none of ${pipelines.join(", ")} is among the jobs: ${jobs.join(", ")}`);
  const admin = kafkaClient(stack.outputs.kafka, "oracle").admin();
  const isBehind = async (groupId: string) => {
    const [topic] = await admin.fetchOffsets({ groupId, topics: [source.topic] });
    const read = new Map(topic?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.some((end, partition) => end > 0 && (read.get(partition) ?? 0) < end);
  };
  const isRead = async () => {
    const found = await Promise.all(behind.map(isBehind));
    behind = behind.filter((_, index) => found[index]);
    return behind.length === 0;
  };
  await admin.connect();
  try {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (!(await until(isRead, COMMIT))) {
      if (performance.now() > giveUpAt) {
        throw new Error(
          `not read within ${GIVE_UP_MS / 1_000} s by ${behind.join(", ")}: ${ends.join(", ")}`,
        );
      }
      await takeCheckpoints(stack.outputs.flink.webUrl, (job) => behind.includes(job));
    }
  } finally {
    await admin.disconnect();
  }
}
