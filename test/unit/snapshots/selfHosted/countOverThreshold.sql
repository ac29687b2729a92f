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
  'properties.group.id' = 'local-countOverThreshold',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

-- The thresholds, looked up in PostgreSQL while the stream runs: a change takes effect within the seconds for which a
-- row is cached. The cache has room for every host: with more hosts than that, each would push out the next one, and every
-- reading would query PostgreSQL. It takes memory only for hosts that have sent something within that time.
--
-- The connector expects the Java type that the driver returns for the column's own type, and fails on any other. So
-- PostgreSQL converts the value, and a column that somebody has changed to INTEGER or REAL works like NUMERIC: the text in
-- place of the table's name goes into FROM unchanged. Through NUMERIC, 82.55 in a REAL is 82.55, not 82.55000305175781.
CREATE TABLE CPU_THRESHOLDS (
  hostname STRING,
  allowed_top DOUBLE,
  PRIMARY KEY (hostname) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://127.0.0.1:25432/postgres?ApplicationName=local-countOverThreshold&connectTimeout=10&loginTimeout=10&socketTimeout=10&tcpKeepAlive=true&options=-c%20lock_timeout%3D8s%20-c%20statement_timeout%3D9s',
  'table-name' = '(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '5 s',
  'lookup.partial-cache.max-rows' = '1000000',
  'username' = 'streaming',
  'password' = 'generated-password'
);

-- Output of the count, in PostgreSQL: one row per 30-second window.
CREATE TABLE CPU_OUT_AGG_PG (
  time_ltz TIMESTAMP(3),
  nr_cpus_over_threshold BIGINT,
  PRIMARY KEY (time_ltz) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://127.0.0.1:25432/postgres?ApplicationName=local-countOverThreshold&connectTimeout=10&loginTimeout=10&socketTimeout=10&tcpKeepAlive=true&options=-c%20lock_timeout%3D8s%20-c%20statement_timeout%3D9s',
  'table-name' = 'public.cpu_load_stats_agg_pg',
  'username' = 'streaming',
  'password' = 'generated-password'
);

-- How many CPUs were over the threshold of their host on average, in each 30-second window. A window in
-- which none was is a row with 0; a host without a threshold never counts.
INSERT INTO CPU_OUT_AGG_PG
WITH averages AS (
  SELECT window_time AS averaged_at, hostname, AVG(usage) AS usage_avg, PROCTIME() AS proc_time
  FROM TABLE(TUMBLE(TABLE CPU_IN, DESCRIPTOR(time_ltz), INTERVAL '30' SECONDS))
  WHERE time_ltz IS NOT NULL
  GROUP BY window_start, window_end, window_time, hostname, cpu
), compared AS (
  SELECT averages.averaged_at, averages.usage_avg > thresholds.allowed_top AS is_over
  FROM averages
  LEFT JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF averages.proc_time AS thresholds
    ON averages.hostname = thresholds.hostname
)
SELECT window_start, COUNT(*) FILTER (WHERE is_over)
FROM TABLE(TUMBLE(TABLE compared, DESCRIPTOR(averaged_at), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
