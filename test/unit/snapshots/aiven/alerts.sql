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
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_agg_stats',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'prod-alerts',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- The thresholds, looked up in PostgreSQL while the stream runs: a change takes effect within the seconds for which a
-- row is cached. The cache has room for every host: with more hosts than that, each would push out the next one, and every
-- reading would query PostgreSQL. It takes memory only for hosts that have sent something within that time.
--
-- The connector expects the Java type that the driver returns for the column's own type, and fails on any other. So
-- PostgreSQL converts the value, and a column that somebody has changed to INTEGER or REAL works like NUMERIC: the text in
-- place of the table's name goes into FROM unchanged. Through NUMERIC, 82.55 in a REAL is 82.55, not 82.55000305175781.
CREATE TABLE CPU_THRESHOLDS (
  hostname STRING,
  allowed_top DOUBLE,
  PRIMARY KEY (hostname) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://',
  'table-name' = '(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '5 s',
  'lookup.partial-cache.max-rows' = '1000000'
);

-- Output of the alerts: a row when an episode begins (raised), rows while it is ongoing (still), and one when it ends
-- (cleared). Rule, hostname, cpu and since identify an episode. The key, such as dopey/cpu4, keeps the rows of one CPU and
-- rule in order. Only the rule learned fills the columns from expected to kind, and only the rule threshold has a threshold.
CREATE TABLE CPU_ALERTS (
  series STRING,
  rule STRING,
  event STRING,
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  actual DOUBLE,
  threshold DOUBLE,
  expected DOUBLE,
  `lower` DOUBLE,
  `upper` DOUBLE,
  score DOUBLE,
  kind STRING,
  since TIMESTAMP(3),
  windows BIGINT,
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_alerts',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'prod-alerts',
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

-- Episodes of a CPU over the threshold of its host, reported when they begin, while they are ongoing, and when they end.
-- An episode begins with alerts.raiseAfter windows over the threshold in a row, and ends with alerts.clearAfter windows
-- not over it in a row: a CPU that flaps around its threshold is one episode. A window counts with the threshold that
-- PostgreSQL has when it closes; a host without one is not over it. For each CPU, the state is a handful of numbers.
INSERT INTO CPU_ALERTS
WITH compared AS (
  SELECT averages.hostname, averages.cpu, averages.window_start, averages.window_end, averages.usage_avg,
    averages.proc_time, thresholds.allowed_top, COALESCE(averages.usage_avg > thresholds.allowed_top, FALSE) AS is_over
  FROM CPU_AGG_IN AS averages
  LEFT JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF averages.proc_time AS thresholds
    ON averages.hostname = thresholds.hostname
), numbered AS (
  SELECT COUNT(*) OVER (PARTITION BY hostname, cpu ORDER BY proc_time) AS n, *
  FROM compared
), counted AS (
  -- How many windows in a row, including this one. LAST_VALUE skips NULL.
  SELECT
    n - COALESCE(LAST_VALUE(CASE WHEN NOT is_over THEN n END) OVER series, 0) AS windows_over,
    n - COALESCE(LAST_VALUE(CASE WHEN is_over THEN n END) OVER series, 0) AS windows_under, *
  FROM numbered
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), stated AS (
  -- Between the two conditions, the state stays as it was. LAST_VALUE does not accept times.
  SELECT
    COALESCE(LAST_VALUE(CASE
      WHEN windows_over >= 1 THEN TRUE
      WHEN windows_under >= 2 THEN FALSE
    END) OVER series, FALSE) AS firing,
    LAST_VALUE(CASE WHEN windows_over = 1 THEN CAST(window_start AS STRING) END) OVER series AS over_since,
    LAST_VALUE(CASE WHEN is_over THEN CAST(window_end AS STRING) END) OVER series AS over_until, *
  FROM counted
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), changed AS (
  SELECT LAG(firing, 1, FALSE) OVER series AS was_firing, LAG(over_until) OVER series AS was_over_until, *
  FROM stated
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), episodes AS (
  SELECT
    CAST(LAST_VALUE(CASE WHEN firing AND NOT was_firing THEN over_since END) OVER series AS TIMESTAMP(3)) AS since,
    n - LAST_VALUE(CASE WHEN firing AND NOT was_firing THEN n - windows_over END) OVER series AS windows, *
  FROM changed
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
)
SELECT
  hostname || '/' || cpu, 'threshold',
  CASE WHEN NOT firing THEN 'cleared' WHEN was_firing THEN 'still' ELSE 'raised' END,
  hostname, cpu, window_start, window_end, usage_avg, allowed_top,
  CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS STRING),
  since, windows,
  hostname || '/' || cpu || CASE
    WHEN allowed_top IS NULL THEN ' no longer has a threshold'
    WHEN NOT firing THEN ' is no longer over its threshold'
    WHEN was_firing THEN ' is still over its threshold'
    ELSE ' is over its threshold'
  END || ': ' || CAST(CAST(usage_avg AS DECIMAL(5, 1)) AS STRING) || ' % on average'
    -- The message shows a whole threshold as 70, not as 70.0.
    || COALESCE(', threshold ' || REGEXP_REPLACE(CAST(allowed_top AS STRING), '\.0$', '') || ' %', '')
FROM episodes
WHERE firing <> was_firing
  -- More cool-downs have passed since the beginning than at the previous window over the threshold.
  OR (firing AND is_over AND TIMESTAMPDIFF(SECOND, since, window_end) / 600
    > TIMESTAMPDIFF(SECOND, since, CAST(was_over_until AS TIMESTAMP(3))) / 600);
