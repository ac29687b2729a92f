-- The stream of IoT metrics: one CPU reading of one host a message, as JSON.
--
-- time_ltz is the event time. It is NULL for whatever is not a valid reading (not JSON, a field that is missing
-- or of the wrong type, a usage that is no percentage, a time before September 2001, which is what epoch seconds
-- look like, or more than an hour after the message reached Kafka), and every pipeline leaves those out.
CREATE TABLE CPU_IN (
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  occurred_at BIGINT,
  kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  time_ltz AS CASE
    WHEN hostname IS NOT NULL
      AND cpu IS NOT NULL
      AND usage BETWEEN 0 AND 100
      AND occurred_at >= 1000000000000
      AND occurred_at <= CAST(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(0, 3), kafka_time) AS BIGINT) * 1000 + 3600000
    THEN TO_TIMESTAMP_LTZ(occurred_at, 3)
  END,
  proc_time AS PROCTIME(),
  WATERMARK FOR time_ltz AS time_ltz - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'json',
  -- A malformed message becomes a row of NULLs instead of an endless restart of the job.
  'value.json.ignore-parse-errors' = 'true',
  -- Goes on where its consumer group has got to, so that a redeployment replays nothing.
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  -- A partition without messages does not hold the watermark, and with it every window, back.
  'scan.watermark.idle-timeout' = '5 s'
)
