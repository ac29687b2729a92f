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
  'value.reading.keep-invalid' = 'true',
  'properties.group.id' = 'local-quarantine',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- Output of the quarantine: messages that are not valid readings, byte for byte, or the first 4,000,000 characters of one
-- that has more. Their headers contain what is wrong with them and where they were (reason, partition, offset, time).
CREATE TABLE CPU_QUARANTINE (
  message STRING,
  headers MAP<STRING NOT NULL, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_load_stats_real_quarantine',
  'value.format' = 'raw',
  'properties.max.request.size' = '16777216',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'local-quarantine',
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

-- Messages that are not valid readings, with the first thing that is wrong with them.
INSERT INTO CPU_QUARANTINE
WITH rejected AS (
  SELECT *,
    TIMESTAMPDIFF(SECOND, kafka_time, TO_TIMESTAMP_LTZ(occurred_at, 3)) AS seconds_ahead,
    TIMESTAMPDIFF(MINUTE, kafka_time, TO_TIMESTAMP_LTZ(occurred_at + 30000, 3)) AS minutes_ahead
  FROM CPU_IN
  WHERE time_ltz IS NULL
    AND heartbeat IS NULL
)
SELECT
  -- A producer refuses more than max.request.size, and the job would fail with the same message forever. A character has
  -- up to four bytes.
  CASE WHEN CHAR_LENGTH(message) > 4000000 THEN SUBSTRING(message, 1, 4000000) ELSE message END,
  MAP[
    'reason', ENCODE(CASE
      WHEN reason IS NOT NULL THEN reason
      -- Minutes do not fit into an INT for more than 4,000 years, and Flink has no times after 9999.
      WHEN occurred_at >= 32503680000000 THEN 'clock is ahead, in the year 3000 or later'
      WHEN minutes_ahead < 2 AND seconds_ahead < 60 THEN 'clock is ahead by ' || CAST(seconds_ahead AS STRING) || ' s'
      WHEN minutes_ahead < 120 THEN 'clock is ahead by ' || CAST(minutes_ahead AS STRING) || ' min'
      WHEN minutes_ahead < 2880 THEN 'clock is ahead by ' || CAST((minutes_ahead + 30) / 60 AS STRING) || ' h'
      ELSE 'clock is ahead by ' || CAST((minutes_ahead + 720) / 1440 AS STRING) || ' days'
    END, 'UTF-8'),
    'partition', ENCODE(CAST(kafka_partition AS STRING), 'UTF-8'),
    'offset', ENCODE(CAST(kafka_offset AS STRING), 'UTF-8'),
    'time', ENCODE(CAST(kafka_time AS STRING), 'UTF-8')
  ]
FROM rejected;
