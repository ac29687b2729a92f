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
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'scan.watermark.idle-timeout' = '30 s',
  'properties.max.partition.fetch.bytes' = '131072',
  'properties.group.id' = 'prod-thresholdFilter'
);

-- The thresholds, looked up in PostgreSQL while the stream runs: a change takes effect within the 5 seconds
-- for which a row is cached.
--
-- The connector takes a value for what Java's driver makes of the column's own type, and fails on any other. So
-- PostgreSQL converts it, and a column that somebody has made INTEGER or REAL works like NUMERIC: what stands for a
-- table's name goes into FROM as it is. By way of NUMERIC, 82.55 of a REAL is 82.55, and not 82.55000305175781.
CREATE TABLE CPU_THRESHOLDS (
  hostname STRING,
  allowed_top DOUBLE,
  PRIMARY KEY (hostname) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://',
  'table-name' = '(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '5 s',
  'lookup.partial-cache.max-rows' = '10000'
);

-- Output of the threshold filter: readings over the threshold of their host.
CREATE TABLE CPU_OUT_FILTER_PG (
  time_ltz TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  threshold DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_filter_pg',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'prod-thresholdFilter',
  'properties.transaction.timeout.ms' = '900000'
);

-- Readings over the threshold of their host, as PostgreSQL has it at the moment.
-- A host without a threshold is no alert.
INSERT INTO CPU_OUT_FILTER_PG
SELECT readings.time_ltz, readings.hostname, readings.cpu, readings.usage, thresholds.allowed_top
FROM CPU_IN AS readings
JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF readings.proc_time AS thresholds
  ON readings.hostname = thresholds.hostname
WHERE readings.time_ltz IS NOT NULL
  AND readings.usage > thresholds.allowed_top;
