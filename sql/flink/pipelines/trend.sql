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
    PARTITION BY hostname, cpu ORDER BY proc_time ROWS BETWEEN ${trend.windows - 2} PRECEDING AND CURRENT ROW)
)
SELECT hostname, cpu, trend_start, window_end, usage_first, usage_avg
FROM runs
WHERE rises = ${trend.windows - 1}
