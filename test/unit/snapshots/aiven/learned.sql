-- The output of the expectation, as input. Only committed rows: rows of an attempt that failed do not count.
CREATE TABLE CPU_EXPECTED_IN (
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  actual DOUBLE,
  expected DOUBLE,
  `lower` DOUBLE,
  `upper` DOUBLE,
  score DOUBLE,
  kind STRING,
  seen DOUBLE,
  history DOUBLE,
  peak DOUBLE,
  peak_expected DOUBLE,
  peak_lower DOUBLE,
  peak_upper DOUBLE,
  peak_score DOUBLE,
  peak_kind STRING,
  proc_time AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_expected',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'prod-learned',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
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
  'sink.transactional-id-prefix' = 'prod-learned',
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

-- Episodes of a CPU whose load is unusual for it. Unusual rows with up to 3 hours between them are one episode: after 3
-- hours without one the episode ends, and after each day it is reported again. A CPU that sends nothing
-- keeps its episode, which continues if its next row is unusual too. For each CPU, the state is a handful of values.
INSERT INTO CPU_ALERTS
WITH compared AS (
  SELECT kind IS NULL AND peak_kind IS NOT NULL AS is_peak, * FROM CPU_EXPECTED_IN
), shown AS (
  -- If only the peak of a row is unusual, the alert shows the peak; otherwise, the average.
  SELECT hostname, cpu, window_start, window_end, proc_time, is_peak,
    CASE WHEN is_peak THEN peak ELSE actual END AS actual,
    CASE WHEN is_peak THEN peak_expected ELSE expected END AS expected,
    CASE WHEN is_peak THEN peak_lower ELSE `lower` END AS `lower`,
    CASE WHEN is_peak THEN peak_upper ELSE `upper` END AS `upper`,
    CASE WHEN is_peak THEN peak_score ELSE score END AS score,
    CASE WHEN is_peak THEN peak_kind ELSE kind END AS kind
  FROM compared
), numbered AS (
  SELECT COUNT(*) OVER (PARTITION BY hostname, cpu ORDER BY proc_time) AS n, *
  FROM shown
), noticed AS (
  -- When it was last unusual. LAST_VALUE skips NULL and does not accept times.
  SELECT LAST_VALUE(CASE WHEN kind IS NOT NULL THEN CAST(window_start AS STRING) END) OVER series AS unusual_at, *
  FROM numbered
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), stated AS (
  SELECT *,
    COALESCE(TIMESTAMPDIFF(SECOND, CAST(unusual_at AS TIMESTAMP(3)), window_start) < 10800, FALSE) AS firing
  FROM noticed
), changed AS (
  SELECT LAG(firing, 1, FALSE) OVER series AS was_firing, LAG(unusual_at) OVER series AS was_unusual_at, *
  FROM stated
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
), episodes AS (
  SELECT
    CAST(LAST_VALUE(CASE WHEN firing AND NOT was_firing THEN CAST(window_start AS STRING) END) OVER series
      AS TIMESTAMP(3)) AS since,
    n + 1 - LAST_VALUE(CASE WHEN firing AND NOT was_firing THEN n END) OVER series AS windows, *
  FROM changed
  WINDOW series AS (PARTITION BY hostname, cpu ORDER BY proc_time)
)
SELECT
  hostname || '/' || cpu, 'learned',
  CASE WHEN NOT firing THEN 'cleared' WHEN was_firing THEN 'still' ELSE 'raised' END,
  hostname, cpu, window_start, window_end, actual, CAST(NULL AS DOUBLE), expected, `lower`, `upper`, score, kind,
  since, windows,
  hostname || '/' || cpu || CASE
    WHEN NOT firing THEN ' has not been unusual for 3 h'
    ELSE CASE
      WHEN is_peak THEN CASE WHEN was_firing THEN ' still peaks ' ELSE ' peaks ' END
      ELSE CASE WHEN was_firing THEN ' is still ' ELSE ' is ' END
    END || CASE
      WHEN actual < expected THEN 'lower than usual'
      WHEN actual < 1.5 * expected OR expected < 1 THEN 'higher than usual'
      ELSE 'at ' || CAST(CAST(actual / expected AS DECIMAL(20, 1)) AS STRING) || ' times its usual '
        || CASE WHEN is_peak THEN 'peak' ELSE 'load' END
    END
  END || ': ' || CAST(CAST(actual AS DECIMAL(20, 1)) AS STRING)
    || CASE WHEN is_peak THEN ' % at its peak' ELSE ' % on average' END
    || COALESCE(', usually ' || CAST(CAST(ROUND(LEAST(GREATEST(`lower`, 0E0), 1E2)) AS BIGINT) AS STRING)
      || ' to ' || CAST(CAST(ROUND(LEAST(`upper`, 1E2)) AS BIGINT) AS STRING) || ' %', '')
FROM episodes
WHERE firing <> was_firing
  -- More days have passed since the beginning than at the previous unusual row.
  OR (firing AND kind IS NOT NULL AND TIMESTAMPDIFF(SECOND, since, window_start) / 86400
    > TIMESTAMPDIFF(SECOND, since, CAST(was_unusual_at AS TIMESTAMP(3))) / 86400);
