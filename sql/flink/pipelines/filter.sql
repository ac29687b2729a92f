-- Readings over 80 percent, on any host.
INSERT INTO CPU_OUT_FILTER
SELECT time_ltz, hostname, cpu, usage
FROM CPU_IN
WHERE time_ltz IS NOT NULL
  AND usage > 80
