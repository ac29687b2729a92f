import type { Topic } from "../state.ts";
import { configView, effective } from "./topicConfig.ts";

/** A topic as it appears in lists. */
export function topicSummary(topic: Topic) {
  return {
    topic_name: topic.name,
    partitions: topic.partitions,
    ...common(topic),
  };
}

/** A topic with its settings and partitions. */
export function topicView(topic: Topic) {
  return {
    topic_name: topic.name,
    partitions: Array.from({ length: topic.partitions }, (_, partition) => ({
      partition,
      isr: topic.replication,
      earliest_offset: 0,
      latest_offset: 0,
      size: 0,
      consumer_groups: [],
    })),
    config: configView(topic.config),
    ...common(topic),
  };
}

function common({ replication, config, tags, description, ownerUserGroupId }: Topic) {
  return {
    replication,
    state: "ACTIVE",
    cleanup_policy: effective(config, "cleanup_policy"),
    min_insync_replicas: effective(config, "min_insync_replicas"),
    retention_bytes: effective(config, "retention_bytes"),
    retention_hours: Math.floor(Number(effective(config, "retention_ms")) / 3_600_000),
    tags,
    ...(description === undefined ? {} : { topic_description: description }),
    ...(ownerUserGroupId === undefined ? {} : { owner_user_group_id: ownerUserGroupId }),
  };
}
