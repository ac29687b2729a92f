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
  'properties.group.id' = 'prod-silent',
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
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_alerts',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'prod-silent',
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
