-- The output of the aggregate, as input, in the order of event time. Only committed rows count, as in
-- cpu_agg_stats_in.sql.
CREATE TABLE CPU_AGG_TIMED (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage_avg DOUBLE,
  usage_max DOUBLE,
  -- Parallel tasks of the aggregate may be a window apart.
  WATERMARK FOR window_start AS window_start - INTERVAL '30' SECOND
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_agg_stats',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  -- A partition without CPUs does not hold back the others, each of which has rows every 30 seconds.
  'scan.watermark.idle-timeout' = '1 min',
  'properties.isolation.level' = 'read_committed'
)
