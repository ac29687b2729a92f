-- How many CPUs were over the threshold of their host on average, in each 30-second window. A window in
-- which none was is a row with 0; a host without a threshold never counts.
INSERT INTO CPU_OUT_AGG_PG
WITH averages AS (
  SELECT window_time AS averaged_at, hostname, AVG(usage) AS usage_avg, PROCTIME() AS proc_time
  FROM TABLE(TUMBLE(TABLE CPU_IN, DESCRIPTOR(time_ltz), INTERVAL '30' SECONDS))
  WHERE time_ltz IS NOT NULL
  GROUP BY window_start, window_end, window_time, hostname, cpu
), compared AS (
  SELECT averages.averaged_at, averages.usage_avg > thresholds.allowed_top AS is_over
  FROM averages
  LEFT JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF averages.proc_time AS thresholds
    ON averages.hostname = thresholds.hostname
)
SELECT window_start, COUNT(*) FILTER (WHERE is_over)
FROM TABLE(TUMBLE(TABLE compared, DESCRIPTOR(averaged_at), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end
