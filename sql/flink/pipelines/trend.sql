-- CPUs whose average rises over consecutive windows; the setting trend.windows is their number. A longer rise adds a row
-- with each additional window.
INSERT INTO CPU_TRENDS
WITH windows AS (
  -- The windows of one CPU are in one partition, in order, so none has to wait for the next.
  SELECT hostname, cpu, window_start, window_end, usage_avg, proc_time,
    usage_avg > LAG(usage_avg) OVER series AND window_start = LAG(window_end) OVER series AS rises,
    LAG(window_start, ${trend.windows - 1}) OVER series AS trend_start,
    LAG(usage_avg, ${trend.windows - 1}) OVER series AS usage_first
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
WHERE rising_since <= CAST(trend_start AS STRING)
