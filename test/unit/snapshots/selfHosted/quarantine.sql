-- The stream of IoT metrics: one CPU reading of one host a message, as JSON:
--   {"hostname": "dopey", "cpu": "cpu4", "usage": 98.3, "occurred_at": 1633956789277}
--
-- time_ltz is the event time. It is NULL for whatever is not a valid reading: every pipeline leaves those out,
-- and the quarantine takes exactly those. A valid reading is one JSON object in which
--   hostname     is a text of 1 to 253 characters, none of them a control character, and not only blanks,
--   cpu          is one of 1 to 64,
--   usage        is a number from 0 to 100; one that is over a limit by 0.5 or less is taken for the limit,
--   occurred_at  is epoch milliseconds of 13 digits, at most 10 seconds later than the message reached Kafka.
-- Further fields do not matter, unless the message has more than 1000 brackets and braces: a parser of a deeper
-- nesting would run out of memory, and the job with it.
--
-- heartbeat is NULL for all but the messages of the pipeline heartbeat, {"heartbeat": 1633956840000}: they say how
-- far event time has come, and are neither readings nor in the quarantine.
--
-- The message is read as it came instead of with 'value.format' = 'json', which takes "95" for a number, a
-- number for a name, a repeated or half-broken field for a good one, and cannot say what it left out.
CREATE TABLE CPU_IN (
  message STRING,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  hostname AS JSON_VALUE(message, '$.hostname'),
  cpu AS JSON_VALUE(message, '$.cpu'),
  -- Rounding takes a saturated CPU to 100.0000000007, and an idle one to -7.1e-10.
  usage AS GREATEST(0, LEAST(100, TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE))),
  occurred_at AS TRY_CAST(JSON_VALUE(message, '$.occurred_at') AS BIGINT),
  time_ltz AS CASE
    WHEN REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$')
      -- The four fields as JSON, in alphabetical order, and what each may be. JSON functions do not mind what follows
      -- an object, such as a second one: what is right both within an array and within an object has nothing behind it.
      AND REGEXP(
        JSON_QUERY(CONCAT('[', message, ']'), '$[*][''cpu'', ''hostname'', ''occurred_at'', ''usage'']'),
        '^\[\{"cpu":"(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,64}","hostname":"(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,253}","occurred_at":[0-9]{13},"usage":([0-9]{1,2}(\.[0-9]+)?|(100|-0)(\.([0-4][0-9]*|5))?|-?[0-9]\.[0-9]+E-[0-9]+)\}\]$')
      AND TO_TIMESTAMP_LTZ(TRY_CAST(JSON_VALUE(CONCAT('{"reading":', message, '}'), '$.reading.occurred_at') AS BIGINT), 3)
        <= kafka_time + INTERVAL '10' SECOND
    THEN TO_TIMESTAMP_LTZ(TRY_CAST(JSON_VALUE(message, '$.occurred_at') AS BIGINT), 3)
  END,
  heartbeat AS TO_TIMESTAMP_LTZ(TRY_CAST(REGEXP_EXTRACT(message, '^\{"heartbeat": ?([0-9]{13})\}\z', 1) AS BIGINT), 3),
  proc_time AS PROCTIME(),
  -- A clock that is ahead closes no window early: no reading takes event time further than to its own arrival.
  WATERMARK FOR time_ltz AS LEAST(COALESCE(time_ltz, heartbeat), kafka_time) - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'scan.watermark.idle-timeout' = '30 s',
  'properties.max.partition.fetch.bytes' = '131072',
  'properties.group.id' = 'local-quarantine'
);

-- Output of the quarantine: messages that are no valid readings, byte for byte, with where they stood and what is
-- wrong with them in their headers (reason, partition, offset, time).
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
  'properties.transaction.timeout.ms' = '900000'
);

-- Messages that are no valid readings, with the first thing that is wrong with them.
INSERT INTO CPU_QUARANTINE
WITH rejected AS (
  SELECT *,
    TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE) AS usage_sent,
    TIMESTAMPDIFF(SECOND, kafka_time, TO_TIMESTAMP_LTZ(occurred_at, 3)) AS seconds_ahead,
    TIMESTAMPDIFF(MINUTE, kafka_time, TO_TIMESTAMP_LTZ(occurred_at + 30000, 3)) AS minutes_ahead
  FROM CPU_IN
  WHERE time_ltz IS NULL
    AND heartbeat IS NULL
)
SELECT
  message,
  MAP[
    'reason', ENCODE(CASE
      WHEN message IS NULL OR CHAR_LENGTH(message) = 0 THEN 'empty'
      WHEN NOT REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$') THEN 'more than 1000 brackets and braces'
      WHEN CONCAT('[', message, ']') IS NOT JSON OR CONCAT('{"reading":', message, '}') IS NOT JSON THEN 'not JSON'
      WHEN message IS NOT JSON OBJECT THEN 'not a JSON object'
      WHEN NOT JSON_EXISTS(message, '$.hostname') THEN 'hostname is missing'
      WHEN NOT JSON_EXISTS(message, '$.cpu') THEN 'cpu is missing'
      WHEN NOT JSON_EXISTS(message, '$.usage') THEN 'usage is missing'
      WHEN NOT JSON_EXISTS(message, '$.occurred_at') THEN 'occurred_at is missing'
      WHEN JSON_QUERY(message, '$.hostname' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN 'hostname is not a text'
      WHEN JSON_QUERY(message, '$.cpu' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN 'cpu is not a text'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.usage' WITH ARRAY WRAPPER), '^\[-?[0-9]') THEN 'usage is not a number'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.occurred_at' WITH ARRAY WRAPPER), '^\[-?[0-9]+\]$')
        THEN 'occurred_at is not a whole number'
      WHEN NOT REGEXP(hostname, '^[^\p{Cc}\p{Cs}\uFFFD]{1,253}\z')
        THEN 'hostname is not 1 to 253 characters without control characters'
      WHEN NOT REGEXP(cpu, '^[^\p{Cc}\p{Cs}\uFFFD]{1,64}\z')
        THEN 'cpu is not 1 to 64 characters without control characters'
      WHEN REGEXP(hostname, '^[\s\p{Z}]*$') THEN 'hostname is blank'
      WHEN REGEXP(cpu, '^[\s\p{Z}]*$') THEN 'cpu is blank'
      WHEN usage_sent NOT BETWEEN -0.5 AND 100.5 THEN 'usage is outside 0 to 100'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.occurred_at' WITH ARRAY WRAPPER), '^\[[0-9]{13}\]$')
        THEN 'occurred_at is not in milliseconds since 1970 (13 digits)'
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
