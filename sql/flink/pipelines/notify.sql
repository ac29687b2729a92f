-- A notification for every window in which the average of a CPU was over the threshold of its host, as PostgreSQL has
-- it when the window closes. The message shows a whole threshold as 70, not as 70.0.
INSERT INTO CPU_NOTIFICATIONS
SELECT
  averages.hostname || '/' || averages.cpu, averages.hostname, averages.cpu,
  averages.window_start, averages.window_end, averages.usage_avg, thresholds.allowed_top,
  'host:' || averages.hostname || ' CPU: ' || averages.cpu
    || ' avg CPU value:' || CAST(averages.usage_avg AS STRING)
    || ' over the threshold ' || REGEXP_REPLACE(CAST(thresholds.allowed_top AS STRING), '\.0$', '') AS message
FROM CPU_AGG_IN AS averages
JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF averages.proc_time AS thresholds
  ON averages.hostname = thresholds.hostname
WHERE averages.usage_avg > thresholds.allowed_top
