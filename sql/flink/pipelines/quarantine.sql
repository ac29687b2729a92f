-- Messages that are not valid readings, with the first thing that is wrong with them.
INSERT INTO CPU_QUARANTINE
WITH rejected AS (
  SELECT *,
    TIMESTAMPDIFF(SECOND, kafka_time, TO_TIMESTAMP_LTZ(occurred_at, 3)) AS seconds_ahead,
    TIMESTAMPDIFF(MINUTE, kafka_time, TO_TIMESTAMP_LTZ(occurred_at + 30000, 3)) AS minutes_ahead
  FROM CPU_IN
  WHERE time_ltz IS NULL
    AND heartbeat IS NULL
)
SELECT
  -- A producer refuses more than max.request.size, and the job would fail with the same message forever. A character has
  -- up to four bytes.
  CASE WHEN CHAR_LENGTH(message) > 4000000 THEN SUBSTRING(message, 1, 4000000) ELSE message END,
  MAP[
    'reason', ENCODE(CASE
      WHEN reason IS NOT NULL THEN reason
      -- Minutes do not fit into an INT for more than 4,000 years, and Flink has no times after 9999.
      WHEN occurred_at >= 32503680000000 THEN 'clock is ahead, in the year 3000 or later'
      WHEN minutes_ahead < 2 AND seconds_ahead < 60 THEN 'clock is ahead by ' || CAST(seconds_ahead AS STRING) || ' s'
      WHEN minutes_ahead < 120 THEN 'clock is ahead by ' || CAST(minutes_ahead AS STRING) || ' min'
      WHEN minutes_ahead < 2880 THEN 'clock is ahead by ' || CAST((minutes_ahead + 30) / 60 AS STRING) || ' h'
      ELSE 'clock is ahead by ' || CAST((minutes_ahead + 720) / 1440 AS STRING) || ' days'
    END, 'UTF-8'),
    'partition', ENCODE(CAST(kafka_partition AS STRING), 'UTF-8'),
    'offset', ENCODE(CAST(kafka_offset AS STRING), 'UTF-8'),
    'time', ENCODE(CAST(kafka_time AS STRING), 'UTF-8')
  ]
FROM rejected
