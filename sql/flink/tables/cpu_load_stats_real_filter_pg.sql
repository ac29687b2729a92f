-- Output of the threshold filter: readings over the threshold of their host. The key keeps the rows of one CPU in order:
-- of two with the same id, the index of the pipeline search keeps the later one.
CREATE TABLE CPU_OUT_FILTER_PG (
  time_ltz TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  threshold DOUBLE
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_filter_pg',
  'key.format' = 'json',
  'key.fields' = 'hostname;cpu',
  'value.format' = 'json'
)
