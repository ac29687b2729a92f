-- Episodes of a CPU that sends nothing for longer than alerts.silentAfter of event time, which advances with the readings
-- of the others. An episode ends with the CPU's next reading. For each CPU, the state is a session, the time of the newest
-- arrival, and two events.
INSERT INTO CPU_ALERTS
WITH readings AS (
  -- Readings older than event time are left out: the steps below would disagree about them.
  SELECT time_ltz, hostname, cpu, occurred_at, proc_time
  FROM CPU_IN
  WHERE time_ltz IS NOT NULL AND COALESCE(time_ltz > CURRENT_WATERMARK(time_ltz), TRUE)
), silences AS (
  -- A session ends alerts.silentAfter after its last reading.
  SELECT window_time AS happened_at, hostname, cpu, MAX(occurred_at) AS silent_since
  FROM TABLE(SESSION(
    TABLE readings PARTITION BY (hostname, cpu), DESCRIPTOR(time_ltz), INTERVAL '${alerts.silentAfter}' SECOND(3)))
  GROUP BY window_start, window_end, window_time, hostname, cpu
), possible_ends AS (
  -- Readings that may end a silence: at least alerts.silentAfter newer than the one that arrived before them, or older,
  -- because readings can arrive out of order. Ordering all readings would take many times longer.
  SELECT time_ltz, hostname, cpu
  FROM (
    SELECT *, LAG(occurred_at) OVER (PARTITION BY hostname, cpu ORDER BY proc_time) AS previous
    FROM readings
  )
  WHERE previous IS NULL OR occurred_at < previous OR occurred_at - previous >= ${alerts.silentAfter} * 1000
), events AS (
  SELECT happened_at, hostname, cpu, silent_since FROM silences
  UNION ALL
  SELECT time_ltz, hostname, cpu, CAST(NULL AS BIGINT) FROM possible_ends
), ordered AS (
  -- In the order of event time. A silence has a number; the reading after it, which ends it, has none.
  -- LAG would treat readings of the same millisecond as one.
  SELECT SUM(silent_since) OVER latest AS since_ms, *
  FROM events
  WINDOW latest AS (PARTITION BY hostname, cpu ORDER BY happened_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
SELECT
  hostname || '/' || cpu, 'silent',
  CASE WHEN silent_since IS NULL THEN 'cleared' ELSE 'raised' END,
  hostname, cpu,
  CAST(TO_TIMESTAMP_LTZ(since_ms, 3) AS TIMESTAMP(3)),
  CASE
    WHEN silent_since IS NULL THEN CAST(happened_at AS TIMESTAMP(3))
    ELSE CAST(TO_TIMESTAMP_LTZ(since_ms + ${alerts.silentAfter} * 1000, 3) AS TIMESTAMP(3))
  END,
  CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
  CAST(NULL AS DOUBLE), CAST(NULL AS STRING),
  CAST(TO_TIMESTAMP_LTZ(since_ms, 3) AS TIMESTAMP(3)), CAST(NULL AS BIGINT),
  hostname || '/' || cpu || CASE
    WHEN silent_since IS NULL THEN ' sends again, after ' || CAST(TIMESTAMPDIFF(SECOND,
      TO_TIMESTAMP_LTZ(since_ms, 3), happened_at) AS STRING) || ' s of silence'
    ELSE ' has sent nothing for ${alerts.silentAfter} s'
  END
FROM ordered
WHERE since_ms IS NOT NULL
