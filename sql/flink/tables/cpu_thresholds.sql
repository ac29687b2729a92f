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
  'url' = 'jdbc:postgresql://',
  'table-name' = '(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '${flink.thresholdCache} s',
  'lookup.partial-cache.max-rows' = '1000000'
)
