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
  'properties.group.id' = 'local-heartbeat',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- Messages to the source topic that are not readings: {"heartbeat": 1633956850000} advances event time to that point.
CREATE TABLE CPU_HEARTBEAT (
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  'sink.delivery-guarantee' = 'at-least-once',
  'properties.metadata.max.age.ms' = '10000'
);

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
GROUP BY window_start, window_end;
