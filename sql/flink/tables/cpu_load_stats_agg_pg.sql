-- Output of the count, in PostgreSQL: one row per 30-second window.
CREATE TABLE CPU_OUT_AGG_PG (
  time_ltz TIMESTAMP(3),
  nr_cpus_over_threshold BIGINT,
  PRIMARY KEY (time_ltz) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://',
  'table-name' = 'public.cpu_load_stats_agg_pg'
)
