-- Closes the last windows when all devices fall silent, because event time stands still without readings. After 50
-- seconds without a reading, it advances event time just far enough to close the windows that hold readings. For the
-- windows after those, readings that devices have buffered meanwhile are in time until newer readings of any device arrive.
INSERT INTO CPU_HEARTBEAT
WITH seconds AS (
  SELECT MAX(occurred_at) AS newest, PROCTIME() AS seen_at
  FROM TABLE(TUMBLE(TABLE CPU_IN, DESCRIPTOR(proc_time), INTERVAL '1' SECOND))
  WHERE time_ltz IS NOT NULL
  GROUP BY window_start, window_end
)
-- The end of the newest reading's window, plus the 10 seconds by which the watermark lags.
SELECT '{"heartbeat":' || CAST((MAX(newest) / 30000 + 1) * 30000 + 10000 AS STRING) || '}'
FROM TABLE(SESSION(TABLE seconds, DESCRIPTOR(seen_at), INTERVAL '50' SECONDS))
GROUP BY window_start, window_end
