-- Alert thresholds by host, in percent of CPU. The pipelines apply a changed row within 5 seconds.
CREATE TABLE IF NOT EXISTS cpu_thresholds (
  hostname TEXT PRIMARY KEY,
  allowed_top NUMERIC(5, 2) NOT NULL CHECK (allowed_top BETWEEN 0 AND 100)
)
