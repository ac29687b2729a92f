-- Output of the notifications: a row for every window in which a CPU was over the threshold of its host. The
-- key, such as dopey/cpu4, keeps the rows of one CPU in order.
CREATE TABLE CPU_NOTIFICATIONS (
  series STRING,
  hostname STRING,
  cpu STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  usage_avg DOUBLE,
  threshold DOUBLE,
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_notifications',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
)
