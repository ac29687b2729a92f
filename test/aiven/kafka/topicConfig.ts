import { ApiError } from "../http/apiError.ts";
import { flag, integer, number, type ObjectSchema, object, oneOf, violation } from "../http/schema.ts";

type Config = Readonly<Record<string, unknown>>;

const MOST = Number.MAX_SAFE_INTEGER;

/** The settings of a topic; the ranges are from Terraform's provider. */
const SCHEMA: ObjectSchema = object({
  cleanup_policy: oneOf("compact", "compact,delete", "delete"),
  compression_type: oneOf("gzip", "lz4", "producer", "snappy", "uncompressed", "zstd"),
  delete_retention_ms: integer(0, MOST),
  diskless_enable: flag,
  file_delete_delay_ms: integer(0, MOST),
  flush_messages: integer(1, MOST),
  flush_ms: integer(0, MOST),
  index_interval_bytes: integer(0, 1_073_741_824),
  local_retention_bytes: integer(-2, MOST),
  local_retention_ms: integer(-2, MOST),
  max_compaction_lag_ms: integer(1, MOST),
  max_message_bytes: integer(0, 104_857_600),
  message_downconversion_enable: flag,
  message_timestamp_after_max_ms: integer(0, MOST),
  message_timestamp_before_max_ms: integer(0, MOST),
  message_timestamp_difference_max_ms: integer(0, MOST),
  message_timestamp_type: oneOf("CreateTime", "LogAppendTime"),
  min_cleanable_dirty_ratio: number(0, 1),
  min_compaction_lag_ms: integer(0, MOST),
  min_insync_replicas: integer(1, 7),
  preallocate: flag,
  remote_storage_enable: flag,
  retention_bytes: integer(-1, MOST),
  retention_ms: integer(-1, MOST),
  segment_bytes: integer(14, 1_073_741_824),
  segment_index_bytes: integer(0, 104_857_600),
  segment_jitter_ms: integer(0, MOST),
  segment_ms: integer(1, MOST),
});

/** Kafka's defaults, without those that are the greatest 64-bit integer, which JSON cannot represent here. */
const DEFAULTS: Config = {
  cleanup_policy: "delete",
  compression_type: "producer",
  delete_retention_ms: 86_400_000,
  file_delete_delay_ms: 60_000,
  index_interval_bytes: 4096,
  local_retention_bytes: -2,
  local_retention_ms: -2,
  max_message_bytes: 1_048_588,
  message_timestamp_type: "CreateTime",
  min_cleanable_dirty_ratio: 0.5,
  min_compaction_lag_ms: 0,
  min_insync_replicas: 1,
  preallocate: false,
  remote_storage_enable: false,
  retention_bytes: -1,
  retention_ms: 604_800_000,
  segment_bytes: 209_715_200,
  segment_index_bytes: 10_485_760,
  segment_jitter_ms: 0,
  segment_ms: 604_800_000,
};

/** @throws ApiError 400 for a setting that does not exist or has an invalid value */
export function checkTopicConfig(config: Config, replication: number): void {
  const wrong = violation(config, SCHEMA);
  if (wrong !== undefined)
    throw new ApiError(400, `Invalid input for config 'Kafka topic configuration': ${wrong}`);
  const least = Number(config.min_insync_replicas ?? 1);
  if (least > replication)
    throw new ApiError(
      400,
      `min_insync_replicas ${least} is more than the replication factor ${replication}`,
    );
}

/** Every setting with its value and where that value comes from. */
export function configView(config: Config) {
  const set = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  return Object.fromEntries(
    Object.entries({ ...DEFAULTS, ...set }).map(([name, value]) => [
      name,
      { value, source: name in set ? "topic_config" : "default_config", synonyms: [] },
    ]),
  );
}

/** The effective settings of a topic, whether set or default. */
export const effective = (config: Config, name: string) => config[name] ?? DEFAULTS[name];
