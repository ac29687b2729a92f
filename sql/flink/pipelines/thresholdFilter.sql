-- Readings over the threshold of their host, as PostgreSQL has it at that moment.
-- A host without a threshold has no such readings.
INSERT INTO CPU_OUT_FILTER_PG
SELECT readings.time_ltz, readings.hostname, readings.cpu, readings.usage, thresholds.allowed_top
FROM CPU_IN AS readings
JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF readings.proc_time AS thresholds
  ON readings.hostname = thresholds.hostname
WHERE readings.time_ltz IS NOT NULL
  AND readings.usage > thresholds.allowed_top
