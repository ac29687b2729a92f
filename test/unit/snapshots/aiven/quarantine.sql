-- The table of cpu_in.sql for a Flink that does not have the format 'reading', such as Aiven's: the same readings and
-- the same reasons, found by SQL's JSON functions. These are slow, and Flink evaluates an expression again wherever it is
-- used. Messages that are written like the generator's are therefore parsed by regular expressions.
--
-- The message is read as raw bytes instead of with 'value.format' = 'json', which accepts "95" as a number, a number as a
-- name, and a repeated or half-broken field as a good one, and cannot report what it left out.
CREATE TABLE CPU_IN (
  message STRING,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  hostname AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN SPLIT_INDEX(message, '"', 3)
    ELSE JSON_VALUE(message, '$.hostname')
  END,
  cpu AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN SPLIT_INDEX(message, '"', 7)
    ELSE JSON_VALUE(message, '$.cpu')
  END,
  usage AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN CAST(SPLIT_INDEX(SUBSTRING(SPLIT_INDEX(message, '"', 10), 2), ',', 0) AS DOUBLE)
    -- Rounding turns a saturated CPU into 100.0000000007, and an idle one into -7.1e-10.
    ELSE GREATEST(0, LEAST(100, TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE)))
  END,
  occurred_at AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN CAST(SUBSTRING(message, -14, 13) AS BIGINT)
    ELSE TRY_CAST(JSON_VALUE(message, '$.occurred_at') AS BIGINT)
  END,
  time_ltz AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN CASE
      WHEN TO_TIMESTAMP_LTZ(CAST(SUBSTRING(message, -14, 13) AS BIGINT), 3) <= kafka_time + INTERVAL '10' SECOND
      THEN TO_TIMESTAMP_LTZ(CAST(SUBSTRING(message, -14, 13) AS BIGINT), 3)
    END
    WHEN REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$')
      -- JSON functions ignore anything after an object, such as a second one. A text that is valid both inside an array
      -- and inside an object has nothing after it.
      AND REGEXP(JSON_QUERY(CONCAT('[', message, ']'), '$[0].hostname' WITH ARRAY WRAPPER), '^\["(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,253}"\]$')
      AND REGEXP(JSON_QUERY(message, '$.cpu' WITH ARRAY WRAPPER), '^\["(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,64}"\]$')
      AND REGEXP(JSON_QUERY(message, '$.usage' WITH ARRAY WRAPPER), '^\[(?:[0-9]{1,2}(\.[0-9]+)?|(100|-0)(\.([0-4][0-9]*|5))?|-?[0-9]\.[0-9]+E-[0-9]+)\]$')
      AND REGEXP(JSON_QUERY(CONCAT('{"reading":', message, '}'), '$.reading.occurred_at' WITH ARRAY WRAPPER), '^\[[0-9]{13}\]$')
      AND TO_TIMESTAMP_LTZ(TRY_CAST(JSON_VALUE(message, '$.occurred_at') AS BIGINT), 3) <= kafka_time + INTERVAL '10' SECOND
    THEN TO_TIMESTAMP_LTZ(TRY_CAST(JSON_VALUE(message, '$.occurred_at') AS BIGINT), 3)
  END,
  heartbeat AS CASE
    WHEN message LIKE '{"heartbeat":%' AND REGEXP(message, '^\{"heartbeat": ?[0-9]{13}\}\z')
    THEN CAST(SUBSTRING(message, -14, 13) AS BIGINT)
  END,
  reason AS CASE
    WHEN REGEXP(message, '^\{"hostname": ?"[!#-\[\]-~][ !#-\[\]-~]{0,252}", ?"cpu": ?"[!#-\[\]-~][ !#-\[\]-~]{0,63}", ?"usage": ?((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100), ?"occurred_at": ?[1-9][0-9]{12}\}\z') THEN CAST(NULL AS STRING)
    WHEN REGEXP(message, '^\{"heartbeat": ?[0-9]{13}\}\z') THEN CAST(NULL AS STRING)
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
    WHEN NOT REGEXP(JSON_VALUE(message, '$.hostname'), '^[^\p{Cc}\p{Cs}\uFFFD]{1,253}\z')
      THEN 'hostname is not 1 to 253 characters without control characters'
    WHEN NOT REGEXP(JSON_VALUE(message, '$.cpu'), '^[^\p{Cc}\p{Cs}\uFFFD]{1,64}\z')
      THEN 'cpu is not 1 to 64 characters without control characters'
    WHEN REGEXP(JSON_VALUE(message, '$.hostname'), '^[\s\p{Z}]*$') THEN 'hostname is blank'
    WHEN REGEXP(JSON_VALUE(message, '$.cpu'), '^[\s\p{Z}]*$') THEN 'cpu is blank'
    WHEN TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE) NOT BETWEEN -0.5 AND 100.5 THEN 'usage is outside 0 to 100'
    WHEN NOT REGEXP(JSON_QUERY(message, '$.occurred_at' WITH ARRAY WRAPPER), '^\[[0-9]{13}\]$')
      THEN 'occurred_at is not in milliseconds since 1970 (13 digits)'
  END,
  proc_time AS PROCTIME(),
  WATERMARK FOR time_ltz AS LEAST(
    CASE WHEN heartbeat IS NULL THEN time_ltz ELSE TO_TIMESTAMP_LTZ(heartbeat, 3) END,
    kafka_time) - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'properties.isolation.level' = 'read_committed',
  'scan.topic-partition-discovery.interval' = '2 s',
  'scan.watermark.idle-timeout' = '30 s',
  'properties.fetch.min.bytes' = '131072',
  'properties.fetch.max.wait.ms' = '250',
  'properties.group.id' = 'prod-quarantine',
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
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_quarantine',
  'value.format' = 'raw',
  'properties.max.request.size' = '16777216',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'prod-quarantine',
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
