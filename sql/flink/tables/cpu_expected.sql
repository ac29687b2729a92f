-- Output of the expectation: a row a CPU every five minutes, with its average, what was expected from its own past, and
-- whether it is unusual. The key keeps the rows of one CPU in order.
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
  history DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_expected',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json'
)
