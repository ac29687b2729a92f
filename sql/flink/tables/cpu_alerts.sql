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
  'value.fields-include' = 'EXCEPT_KEY'
)
