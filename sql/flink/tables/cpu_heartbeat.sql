-- Messages to the source topic that are no readings: {"heartbeat": 1633956840000} says how far event time has come.
CREATE TABLE CPU_HEARTBEAT (
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real',
  'value.format' = 'raw',
  -- A heartbeat that comes twice says nothing new.
  'sink.delivery-guarantee' = 'at-least-once'
)
