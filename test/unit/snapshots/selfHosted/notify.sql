-- The output of the aggregate, as input. Only committed rows: rows of an attempt that failed do not count.
CREATE TABLE CPU_AGG_IN (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage_avg DOUBLE,
  usage_max DOUBLE,
  proc_time AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_agg_stats',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'local-notify',
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
  'url' = 'jdbc:postgresql://127.0.0.1:25432/postgres?ApplicationName=local-notify&connectTimeout=10&loginTimeout=10&socketTimeout=10&tcpKeepAlive=true&options=-c%20lock_timeout%3D8s%20-c%20statement_timeout%3D9s',
  'table-name' = '(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '5 s',
  'lookup.partial-cache.max-rows' = '1000000',
  'username' = 'streaming',
  'password' = 'generated-password'
);

-- Output of the notifications: a row for every window in which a CPU was over the threshold of its host. The
-- key, such as dopey/cpu4, keeps the rows of one CPU in order.
CREATE TABLE CPU_NOTIFICATIONS (
  series STRING,
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  usage_avg DOUBLE,
  threshold DOUBLE,
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '127.0.0.1:29092',
  'topic' = 'cpu_notifications',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'local-notify',
  'properties.transaction.timeout.ms' = '900000',
  'properties.linger.ms' = '20',
  'properties.metadata.max.age.ms' = '10000',
  'properties.batch.size' = '262144'
);

-- A notification for every window in which the average of a CPU was over the threshold of its host, as PostgreSQL has
-- it when the window closes. The message shows a whole threshold as 70, not as 70.0.
INSERT INTO CPU_NOTIFICATIONS
SELECT
  averages.hostname || '/' || averages.cpu, averages.hostname, averages.cpu,
  averages.window_start, averages.window_end, averages.usage_avg, thresholds.allowed_top,
  'host:' || averages.hostname || ' CPU: ' || averages.cpu
    || ' avg CPU value:' || CAST(averages.usage_avg AS STRING)
    || ' over the threshold ' || REGEXP_REPLACE(CAST(thresholds.allowed_top AS STRING), '\.0$', '') AS message
FROM CPU_AGG_IN AS averages
JOIN CPU_THRESHOLDS FOR SYSTEM_TIME AS OF averages.proc_time AS thresholds
  ON averages.hostname = thresholds.hostname
WHERE averages.usage_avg > thresholds.allowed_top;
