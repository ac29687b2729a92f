-- The output of the threshold filter, as input. Only committed rows count.
CREATE TABLE CPU_FILTER_PG_IN (
  time_ltz TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  threshold DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_filter_pg',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'prod-search',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- Output of the search, in OpenSearch. The key is the document's id: a reading that is written twice is one document.
-- occurred_at is the time in epoch milliseconds; time_ltz has only seconds.
CREATE TABLE CPU_OUT_OS (
  time_ltz STRING,
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  threshold DOUBLE,
  occurred_at BIGINT,
  PRIMARY KEY (hostname, cpu, occurred_at) NOT ENFORCED
) WITH (
  'connector' = 'elasticsearch-7',
  'hosts' = '',
  'index' = 'cpu_load_stats_real_filter_os',
  'document-id.key-delimiter' = '_'
);

-- Readings of two hosts that were over their threshold, for searches by host and CPU, and for dashboards.
INSERT INTO CPU_OUT_OS
SELECT
  DATE_FORMAT(time_ltz, 'yyyy/MM/dd HH:mm:ss'), hostname, cpu, usage, threshold,
  -- By days, because seconds since 1970 no longer fit into the INT of TIMESTAMPDIFF from 2038 on.
  CAST(TIMESTAMPDIFF(DAY, TIMESTAMP '1970-01-01 00:00:00', time_ltz) AS BIGINT) * 86400000
    + TIMESTAMPDIFF(SECOND, FLOOR(time_ltz TO DAY), time_ltz) * 1000 + EXTRACT(MILLISECOND FROM time_ltz)
FROM CPU_FILTER_PG_IN
WHERE hostname IN ('happy', 'sleepy');
