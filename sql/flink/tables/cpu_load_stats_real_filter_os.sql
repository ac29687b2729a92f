-- Output of the search, in OpenSearch. The key is the document's id: a reading that is written twice is one document.
-- occurred_at is the time in epoch milliseconds; time_ltz has only seconds.
CREATE TABLE CPU_OUT_OS (
  time_ltz STRING,
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  threshold DOUBLE,
  occurred_at BIGINT,
  PRIMARY KEY (hostname, cpu, occurred_at) NOT ENFORCED
) WITH (
  'connector' = 'elasticsearch-7',
  'hosts' = '',
  'index' = 'cpu_load_stats_real_filter_os',
  'document-id.key-delimiter' = '_'
)
