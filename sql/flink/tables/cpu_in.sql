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
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'reading',
  -- Continues from the committed offsets of its consumer group, so that a redeployment replays nothing.
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  -- A producer whose transaction was aborted sends its readings again.
  'properties.isolation.level' = 'read_committed',
  -- New partitions are read before event time has passed the readings in them.
  'scan.topic-partition-discovery.interval' = '2 s',
  -- After this long, a partition without messages no longer holds back the watermark, and with it every window. It must be
  -- longer than it takes to start reading and to read a turn of every partition with a backlog: a partition that is
  -- waiting for its turn looks the same.
  'scan.watermark.idle-timeout' = '30 s',
  -- A request waits for this much data, or this long: that is a few requests per second at any rate of readings, instead
  -- of one per reading.
  'properties.fetch.min.bytes' = '131072',
  'properties.fetch.max.wait.ms' = '250'
)
