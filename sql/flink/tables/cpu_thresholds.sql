-- The thresholds, looked up in PostgreSQL while the stream runs: a change takes effect within the 5 seconds
-- for which a row is cached.
CREATE TABLE CPU_THRESHOLDS (
  hostname STRING,
  allowed_top INT,
  PRIMARY KEY (hostname) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://',
  'table-name' = 'public.cpu_thresholds',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '5 s',
  'lookup.partial-cache.max-rows' = '10000'
)
