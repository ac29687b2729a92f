-- Output of the late readings: valid ones that arrived after their window had closed. closed_until is the event time
-- up to which windows had closed when the reading arrived.
CREATE TABLE CPU_OUT_LATE (
  time_ltz TIMESTAMP(3),
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  closed_until TIMESTAMP(3)
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_late',
  'value.format' = 'json'
)
