-- Output of the expectation: one row per CPU every five minutes, with its average and its highest reading (peak), the
-- values expected from its own past, and whether it is unusual. The key keeps the rows of one CPU in order.
CREATE TABLE CPU_EXPECTED (
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
  peak_kind STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_expected',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json'
)
