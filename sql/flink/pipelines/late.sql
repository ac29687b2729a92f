-- Readings that arrived too late for their 30-second window, so that no window counts them.
INSERT INTO CPU_OUT_LATE
SELECT time_ltz, hostname, cpu, usage, CURRENT_WATERMARK(time_ltz)
FROM CPU_IN
WHERE time_ltz IS NOT NULL
  AND TO_TIMESTAMP_LTZ((occurred_at / 30000 + 1) * 30000 - 1, 3) <= CURRENT_WATERMARK(time_ltz)
