-- The output of the expectation, as input. Only committed rows: rows of an attempt that failed do not count.
CREATE TABLE CPU_EXPECTED_IN (
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  actual DOUBLE,
  expected DOUBLE,
  `lower` DOUBLE,
  `upper` DOUBLE,
  score DOUBLE,
  kind STRING,
  seen DOUBLE,
  history DOUBLE,
  peak DOUBLE,
  peak_expected DOUBLE,
  peak_lower DOUBLE,
  peak_upper DOUBLE,
  peak_score DOUBLE,
  peak_kind STRING,
  proc_time AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_expected',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed'
)
