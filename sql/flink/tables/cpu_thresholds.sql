-- The thresholds, looked up in PostgreSQL while the stream runs: a change takes effect within the seconds for which a
-- row is cached. The cache has room for every host that sends meanwhile: with more hosts than room, each would push out
-- the next one, and every reading would ask PostgreSQL.
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
  'lookup.partial-cache.expire-after-write' = '${flink.thresholdCache} s',
  'lookup.partial-cache.max-rows' = '100000'
)
