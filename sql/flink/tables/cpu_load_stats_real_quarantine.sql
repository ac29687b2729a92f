-- Output of the quarantine: messages that are not valid readings, byte for byte, or the first 4,000,000 characters of one
-- that has more. Their headers contain what is wrong with them and where they were (reason, partition, offset, time).
CREATE TABLE CPU_QUARANTINE (
  message STRING,
  headers MAP<STRING NOT NULL, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_load_stats_real_quarantine',
  'value.format' = 'raw',
  -- The headers come on top of a message that may already be as large as its own topic allows.
  'properties.max.request.size' = '16777216'
)
