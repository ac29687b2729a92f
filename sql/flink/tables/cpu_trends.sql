-- Output of the trends: averages that rose from window to window.
CREATE TABLE CPU_TRENDS (
  hostname STRING,
  cpu STRING,
  trend_start TIMESTAMP(3),
  trend_end TIMESTAMP(3),
  usage_first DOUBLE,
  usage_last DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_trends',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json'
)
