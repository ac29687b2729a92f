-- The output of the aggregate, as input. Only committed rows: rows of an attempt that failed do not count.
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
  'properties.group.id' = 'local-trend',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
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
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

-- CPUs whose average rises over consecutive windows; the setting trend.windows is their number. A longer rise adds a row
-- with each additional window.
INSERT INTO CPU_TRENDS
WITH windows AS (
  -- The windows of one CPU are in one partition, in order, so none has to wait for the next.
  SELECT hostname, cpu, window_start, window_end, usage_avg, proc_time,
    usage_avg > LAG(usage_avg) OVER series AND window_start = LAG(window_end) OVER series AS rises,
    LAG(window_start, 2) OVER series AS trend_start,
    LAG(usage_avg, 2) OVER series AS usage_first
  FROM CPU_AGG_IN
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), rising AS (
  SELECT *,
    -- LAST_VALUE skips NULL: the last window that was not higher than the one before it. It does not accept times.
    LAST_VALUE(CASE WHEN rises THEN CAST(NULL AS STRING) ELSE CAST(window_start AS STRING) END)
      OVER (PARTITION BY hostname, cpu ORDER BY proc_time) AS rising_since
  FROM windows
)
SELECT hostname, cpu, trend_start, window_end, usage_first, usage_avg
FROM rising
WHERE rising_since <= CAST(trend_start AS STRING);
