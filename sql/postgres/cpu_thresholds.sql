-- Alert thresholds by host, in percent of CPU. The pipelines apply a changed row within
-- flink.thresholdCache, 5 seconds by default.
CREATE TABLE IF NOT EXISTS cpu_thresholds (
  hostname TEXT PRIMARY KEY,
  allowed_top NUMERIC(5, 2) NOT NULL CHECK (allowed_top BETWEEN 0 AND 100)
)
