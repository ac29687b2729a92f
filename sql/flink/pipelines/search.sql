-- Readings of two hosts that were over their threshold, for searches by host and CPU, and for dashboards.
INSERT INTO CPU_OUT_OS
SELECT
  DATE_FORMAT(time_ltz, 'yyyy/MM/dd HH:mm:ss'), hostname, cpu, usage, threshold,
  -- By days, because seconds since 1970 no longer fit into the INT of TIMESTAMPDIFF from 2038 on.
  CAST(TIMESTAMPDIFF(DAY, TIMESTAMP '1970-01-01 00:00:00', time_ltz) AS BIGINT) * 86400000
    + TIMESTAMPDIFF(SECOND, FLOOR(time_ltz TO DAY), time_ltz) * 1000 + EXTRACT(MILLISECOND FROM time_ltz)
FROM CPU_FILTER_PG_IN
WHERE hostname IN ('happy', 'sleepy')
