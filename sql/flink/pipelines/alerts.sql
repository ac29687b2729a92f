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
      WHEN windows_over >= ${alerts.raiseAfter} THEN TRUE
      WHEN windows_under >= ${alerts.clearAfter} THEN FALSE
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
  OR (firing AND is_over AND TIMESTAMPDIFF(SECOND, since, window_end) / ${alerts.cooldown}
    > TIMESTAMPDIFF(SECOND, since, CAST(was_over_until AS TIMESTAMP(3))) / ${alerts.cooldown})
