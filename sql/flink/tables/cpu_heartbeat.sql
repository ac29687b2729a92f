-- Messages to the source topic that are not readings: {"heartbeat": 1633956850000} advances event time to that point.
CREATE TABLE CPU_HEARTBEAT (
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  -- A repeated heartbeat changes nothing.
  'sink.delivery-guarantee' = 'at-least-once'
)
