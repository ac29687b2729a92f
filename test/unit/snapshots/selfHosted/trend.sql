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
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_agg_stats',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'local-trend'
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
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_trends',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'local-trend',
  'properties.transaction.timeout.ms' = '900000'
);

-- CPUs whose average rises over consecutive windows; the setting trend.windows says over how many. A longer rise gives
-- a row with each further window.
INSERT INTO CPU_TRENDS
WITH pairs AS (
  -- The windows of one CPU lie in one partition in their order, so that none has to wait for the next.
  SELECT hostname, cpu, window_start, window_end, usage_avg, proc_time,
    LAG(window_start) OVER series AS previous_start,
    LAG(window_end) OVER series AS previous_end,
    LAG(usage_avg) OVER series AS previous_avg
  FROM CPU_AGG_IN
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), runs AS (
  SELECT hostname, cpu, window_end, usage_avg,
    MIN(previous_start) OVER latest AS trend_start,
    FIRST_VALUE(previous_avg) OVER latest AS usage_first,
    SUM(CASE WHEN usage_avg > previous_avg AND window_start = previous_end THEN 1 ELSE 0 END) OVER latest AS rises
  FROM pairs
  WINDOW latest AS (
    PARTITION BY hostname, cpu ORDER BY proc_time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
SELECT hostname, cpu, trend_start, window_end, usage_first, usage_avg
FROM runs
WHERE rises = 2;
