-- The stream of IoT metrics: each message is one CPU reading of one host, as JSON:
--   {"hostname": "dopey", "cpu": "cpu4", "usage": 98.3, "occurred_at": 1633956789277}
--
-- The format 'reading' (flink/reading) decides what is a valid reading (docs/pipelines.md). Any other message has no row,
-- except in the quarantine, whose table has the option 'value.reading.keep-invalid': there it has NULL in the columns of a
-- reading, and a reason. cpu_in_text.sql is the same table for a Flink that does not have the format; it keeps them all.
--
-- time_ltz is the event time. It is NULL if the message is not a valid reading, or if its time is more than 10 seconds
-- later than the message's arrival in Kafka: every pipeline skips those, and the quarantine takes exactly those.
CREATE TABLE CPU_IN (
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  occurred_at BIGINT,
  -- Only in messages of the pipeline heartbeat: the event time reached. They are neither readings nor in the quarantine.
  heartbeat BIGINT,
  message STRING METADATA FROM 'value.message' VIRTUAL,
  reason STRING METADATA FROM 'value.reason' VIRTUAL,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  time_ltz AS CASE
    WHEN TO_TIMESTAMP_LTZ(occurred_at, 3) <= kafka_time + INTERVAL '10' SECOND THEN TO_TIMESTAMP_LTZ(occurred_at, 3)
  END,
  proc_time AS PROCTIME(),
  -- A clock that is ahead closes no window early: no reading advances event time beyond its own arrival. A clock that is
  -- behind can hold it back, which the setting source.maxDelay limits.
  WATERMARK FOR time_ltz AS LEAST(
    CASE WHEN heartbeat IS NULL THEN time_ltz ELSE TO_TIMESTAMP_LTZ(heartbeat, 3) END,
    kafka_time) - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'reading',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'properties.isolation.level' = 'read_committed',
  'scan.topic-partition-discovery.interval' = '2 s',
  'scan.watermark.idle-timeout' = '30 s',
  'properties.fetch.min.bytes' = '131072',
  'properties.fetch.max.wait.ms' = '250',
  'properties.group.id' = 'local-silent',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- Output of the alerts: a row when an episode begins (raised), rows while it is ongoing (still), and one when it ends
-- (cleared). Rule, hostname, cpu and since identify an episode. The key, such as dopey/cpu4, keeps the rows of one CPU and
-- rule in order. Only the rule learned fills the columns from expected to kind, and only the rule threshold has a threshold.
CREATE TABLE CPU_ALERTS (
  series STRING,
  rule STRING,
  event STRING,
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  actual DOUBLE,
  threshold DOUBLE,
  expected DOUBLE,
  `lower` DOUBLE,
  `upper` DOUBLE,
  score DOUBLE,
  kind STRING,
  since TIMESTAMP(3),
  windows BIGINT,
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_alerts',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'local-silent',
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

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
    TABLE readings PARTITION BY (hostname, cpu), DESCRIPTOR(time_ltz), INTERVAL '60' SECOND(3)))
  GROUP BY window_start, window_end, window_time, hostname, cpu
), possible_ends AS (
  -- Readings that may end a silence: at least alerts.silentAfter newer than the one that arrived before them, or older,
  -- because readings can arrive out of order. Ordering all readings would take many times longer.
  SELECT time_ltz, hostname, cpu
  FROM (
    SELECT *, LAG(occurred_at) OVER (PARTITION BY hostname, cpu ORDER BY proc_time) AS previous
    FROM readings
  )
  WHERE previous IS NULL OR occurred_at < previous OR occurred_at - previous >= 60 * 1000
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
    ELSE CAST(TO_TIMESTAMP_LTZ(since_ms + 60 * 1000, 3) AS TIMESTAMP(3))
  END,
  CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
  CAST(NULL AS DOUBLE), CAST(NULL AS STRING),
  CAST(TO_TIMESTAMP_LTZ(since_ms, 3) AS TIMESTAMP(3)), CAST(NULL AS BIGINT),
  hostname || '/' || cpu || CASE
    WHEN silent_since IS NULL THEN ' sends again, after ' || CAST(TIMESTAMPDIFF(SECOND,
      TO_TIMESTAMP_LTZ(since_ms, 3), happened_at) AS STRING) || ' s of silence'
    ELSE ' has sent nothing for 60 s'
  END
FROM ordered
WHERE since_ms IS NOT NULL;
