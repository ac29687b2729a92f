import type { KafkaRole } from "./contract.ts";
import { notifierReads, type PipelineName, pipelineOf } from "./pipelines.ts";

/** Who writes a topic, and who reads it. */
export interface TopicAccess {
  readonly writers: readonly KafkaRole[];
  readonly readers: readonly KafkaRole[];
}

export interface TopicUse {
  readonly pipelines: readonly PipelineName[];
  /** Whether the topic of the readings existed before the stack. */
  readonly sourceExists: boolean;
  /** Whether a notifier reads the alerts. */
  readonly hasNotifier: boolean;
  /** Whether Flink itself posts the alerts to Slack. */
  readonly flinkPosts: boolean;
}

/** Who uses the topic of the readings. */
export function sourceAccess({ pipelines, sourceExists }: TopicUse): TopicAccess {
  // A pipeline without an output of its own writes to the source topic, too.
  const isWritten = pipelines.some((name) => pipelineOf(name).output === undefined);
  return {
    writers: [...(sourceExists ? [] : ["generator" as const]), ...(isWritten ? ["flink" as const] : [])],
    readers: ["flink", "operator"],
  };
}

/** Who uses the topic that a pipeline writes. */
export function outputAccess(
  pipeline: PipelineName,
  { pipelines, hasNotifier, flinkPosts }: TopicUse,
): TopicAccess {
  const isRead =
    pipelines.some((name) => pipelineOf(name).reads === pipeline) || (flinkPosts && pipeline === "alerts");
  return {
    writers: ["flink"],
    readers: [
      "operator",
      ...(isRead ? (["flink"] as const) : []),
      ...(hasNotifier && notifierReads.includes(pipeline) ? (["notifier"] as const) : []),
    ],
  };
}
