-- Output of the aggregate: average and maximum by host and CPU, one row per 30-second window. The key keeps the
-- windows of one CPU in order.
CREATE TABLE CPU_OUT_AGG (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage_avg DOUBLE,
  usage_max DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_agg_stats',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json'
)
