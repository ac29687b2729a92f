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
  PATTERN (RISING{${trend.windows}})
  DEFINE
    RISING AS LAST(RISING.usage_avg, 1) IS NULL
      OR (RISING.usage_avg > LAST(RISING.usage_avg, 1) AND RISING.window_start = LAST(RISING.window_end, 1))
)
