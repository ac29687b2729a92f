-- How many CPUs were over their threshold on average, by the start (UTC) of the 30-second window.
CREATE TABLE IF NOT EXISTS cpu_load_stats_agg_pg (
  time_ltz TIMESTAMP(3) PRIMARY KEY,
  nr_cpus_over_threshold BIGINT NOT NULL
)
