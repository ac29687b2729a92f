-- The output of the aggregate, to be read. Only what was committed: windows of an attempt that failed do not count.
CREATE TABLE CPU_AGG_IN (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage_avg DOUBLE,
  usage_max DOUBLE,
  proc_time AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_agg_stats',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'prod-trend'
);

-- Output of the trends: averages that rose from window to window.
CREATE TABLE CPU_TRENDS (
  hostname STRING,
  cpu STRING,
  trend_start TIMESTAMP(3),
  trend_end TIMESTAMP(3),
  usage_first DOUBLE,
  usage_last DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_trends',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'prod-trend',
  'properties.transaction.timeout.ms' = '900000'
);

-- CPUs whose average rises over consecutive windows; the setting trend.windows says over how many. A longer rise gives
-- a row with each further window.
INSERT INTO CPU_TRENDS
SELECT hostname, cpu, trend_start, trend_end, usage_first, usage_last
FROM CPU_AGG_IN
MATCH_RECOGNIZE (
  PARTITION BY hostname, cpu
  -- The windows of one CPU lie in one partition in their order, so that none has to wait for the next.
  ORDER BY proc_time
  MEASURES
    FIRST(RISING.window_start) AS trend_start,
    LAST(RISING.window_end) AS trend_end,
    FIRST(RISING.usage_avg) AS usage_first,
    LAST(RISING.usage_avg) AS usage_last
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (RISING{3})
  DEFINE
    RISING AS LAST(RISING.usage_avg, 1) IS NULL
      OR (RISING.usage_avg > LAST(RISING.usage_avg, 1) AND RISING.window_start = LAST(RISING.window_end, 1))
);
