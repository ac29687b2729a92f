import type { ServiceType } from "../catalogue.ts";
import {
  anything,
  each,
  flag,
  integer,
  list,
  number,
  type ObjectSchema,
  object,
  oneOf,
  text,
} from "../http/schema.ts";

// Names, types and ranges: https://github.com/aiven/go-api-schemas, pkg/dist/service_types.yml.
// The settings of PostgreSQL and OpenSearch themselves, and those that no service here receives, are not checked.

/** One switch for each of a service's endpoints. */
const access = (names: string) => object(each(names, flag));

const COMMON = {
  additional_backup_regions: list(text),
  ip_filter: list(anything),
  service_log: flag,
  static_ips: flag,
};

const BROKER = object({
  ...each(
    `connections_max_idle_ms group_initial_rebalance_delay_ms group_max_session_timeout_ms
    group_min_session_timeout_ms log_cleaner_delete_retention_ms log_cleaner_max_compaction_lag_ms
    log_cleaner_min_compaction_lag_ms log_flush_interval_messages log_flush_interval_ms log_index_interval_bytes
    log_index_size_max_bytes log_local_retention_bytes log_local_retention_ms log_message_timestamp_after_max_ms
    log_message_timestamp_before_max_ms log_message_timestamp_difference_max_ms log_retention_bytes
    log_retention_hours log_retention_ms log_roll_jitter_ms log_roll_ms log_segment_bytes log_segment_delete_delay_ms
    max_connections_per_ip max_incremental_fetch_session_cache_slots offsets_retention_minutes
    producer_purgatory_purge_interval_requests replica_fetch_max_bytes replica_fetch_response_max_bytes
    socket_request_max_bytes transaction_remove_expired_transaction_cleanup_interval_ms
    transaction_state_log_segment_bytes`,
    integer(-2),
  ),
  ...each(
    `sasl_oauthbearer_expected_audience sasl_oauthbearer_expected_issuer sasl_oauthbearer_jwks_endpoint_url
    sasl_oauthbearer_sub_claim_name`,
    text,
  ),
  ...each(
    `auto_create_topics_enable log_message_downconversion_enable log_preallocate
    transaction_partition_verification_enable`,
    flag,
  ),
  compression_type: oneOf("gzip", "lz4", "producer", "snappy", "uncompressed", "zstd"),
  default_replication_factor: integer(1, 10),
  group_coordinator_rebalance_protocols: text,
  log_cleaner_min_cleanable_ratio: number(0.2, 0.9),
  log_cleanup_policy: oneOf("compact", "compact,delete", "delete"),
  log_message_timestamp_type: oneOf("CreateTime", "LogAppendTime"),
  message_max_bytes: integer(0, 100_001_200),
  min_insync_replicas: integer(1, 7),
  num_partitions: integer(1, 1000),
});

/** The settings that a type of service has. */
export const USER_CONFIG: Readonly<Record<ServiceType, ObjectSchema>> = {
  kafka: object({
    ...COMMON,
    ...each(
      `aiven_kafka_topic_messages enable_ipv6 kafka_connect kafka_rest kafka_rest_authorization letsencrypt_sasl
      letsencrypt_sasl_privatelink schema_registry`,
      flag,
    ),
    ...each(
      "public_access private_access",
      access("kafka kafka_connect kafka_rest prometheus schema_registry"),
    ),
    ...each(
      `follower_fetching inkless kafka_connect_config kafka_connect_plugin_versions kafka_connect_secret_providers
      kafka_diskless kafka_rest_config preferred_zones schema_registry_config single_zone tiered_storage
      gcp_auth_allowed_urls sasl_oauthbearer_allowed_urls`,
      anything,
    ),
    backup_interval_hours: integer(3, 24),
    backup_retention_days: integer(1, 30),
    custom_domain: text,
    kafka: BROKER,
    kafka_authentication_methods: access("certificate sasl"),
    kafka_sasl_mechanisms: access("plain scram_sha_256 scram_sha_512"),
    kafka_version: oneOf("3.7", "3.8", "3.9", "4.0", "4.1", "4.2"),
    karapace_version: text,
    privatelink_access: access("jolokia kafka kafka_connect kafka_rest prometheus schema_registry"),
  }),
  pg: object({
    ...COMMON,
    ...each(
      "enable_ha_replica_dns enable_ipv6 pg_read_replica pg_stat_monitor_enable pg_stat_plans_enable",
      flag,
    ),
    ...each("public_access private_access privatelink_access", access("pg pgbouncer prometheus")),
    ...each("migration pg pg_qualstats pgaudit pgbouncer pglookout switchover_windows timescaledb", anything),
    ...each(
      `admin_password admin_username pg_service_to_fork_from project_to_fork_from recovery_target_time
      service_to_fork_from`,
      text,
    ),
    backup_hour: integer(0, 23),
    backup_interval_hours: integer(3, 24),
    backup_minute: integer(0, 59),
    backup_retention_days: integer(1, 30),
    node_count: integer(1, 100),
    pg_version: oneOf("13", "14", "15", "16", "17", "18"),
    shared_buffers_percentage: number(20, 60),
    synchronous_replication: oneOf("off", "quorum"),
    variant: oneOf("aiven", "timescale"),
    work_mem: integer(1, 1024),
  }),
  opensearch: object({
    ...COMMON,
    ...each("disable_replication_factor_adjustment keep_index_refresh_interval", flag),
    ...each(
      "public_access private_access privatelink_access",
      access("opensearch opensearch_dashboards prometheus"),
    ),
    ...each(
      `azure_migration custom_keystores custom_repos gcs_migration index_patterns index_rollup index_template jwt
      openid opensearch opensearch_dashboards s3_migration saml`,
      anything,
    ),
    ...each("custom_domain project_to_fork_from recovery_basebackup_name service_to_fork_from", text),
    max_index_count: integer(0),
    opensearch_version: oneOf("1", "2", "2.19", "3.3", "3.6"),
  }),
  flink: object({
    ...COMMON,
    custom_code: flag,
    flink_version: oneOf("1.16", "1.19", "1.20"),
    number_of_task_slots: integer(1, 1024),
    pekko_ask_timeout_s: integer(5, 60),
    pekko_framesize_b: integer(1_048_576, 52_428_800),
    privatelink_access: access("flink prometheus"),
    public_access: access("flink"),
  }),
};

const OPEN = { ip_filter: ["0.0.0.0/0", "::/0"] };

/** The settings that a service has without being given them. */
export const DEFAULTS: Readonly<Record<ServiceType, Readonly<Record<string, unknown>>>> = {
  kafka: {
    ...OPEN,
    kafka: {},
    kafka_connect: false,
    kafka_rest: false,
    kafka_version: "4.0",
    schema_registry: false,
  },
  pg: {
    ...OPEN,
    enable_ha_replica_dns: false,
    pg_stat_monitor_enable: false,
    pg_version: "17",
    pglookout: { max_failover_replication_time_lag: 60 },
  },
  opensearch: { ...OPEN, max_index_count: 0, opensearch_version: "2.19" },
  flink: { ...OPEN, flink_version: "1.20", number_of_task_slots: 1 },
};

/** The settings that cannot be changed later. */
export const ONLY_AT_CREATION: Readonly<Record<ServiceType, readonly string[]>> = {
  kafka: [],
  pg: ["admin_password", "admin_username"],
  opensearch: [],
  flink: ["custom_code", "flink_version"],
};
