-- Messages that are no valid readings, with the first thing that is wrong with them.
INSERT INTO CPU_QUARANTINE
WITH rejected AS (
  SELECT *,
    TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE) AS usage_sent,
    TIMESTAMPDIFF(SECOND, kafka_time, TO_TIMESTAMP_LTZ(occurred_at, 3)) AS seconds_ahead,
    TIMESTAMPDIFF(MINUTE, kafka_time, TO_TIMESTAMP_LTZ(occurred_at + 30000, 3)) AS minutes_ahead
  FROM CPU_IN
  WHERE time_ltz IS NULL
    AND heartbeat IS NULL
)
SELECT
  message,
  MAP[
    'reason', ENCODE(CASE
      WHEN message IS NULL OR CHAR_LENGTH(message) = 0 THEN 'empty'
      WHEN NOT REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$') THEN 'more than 1000 brackets and braces'
      WHEN CONCAT('[', message, ']') IS NOT JSON OR CONCAT('{"reading":', message, '}') IS NOT JSON THEN 'not JSON'
      WHEN message IS NOT JSON OBJECT THEN 'not a JSON object'
      WHEN NOT JSON_EXISTS(message, '$.hostname') THEN 'hostname is missing'
      WHEN NOT JSON_EXISTS(message, '$.cpu') THEN 'cpu is missing'
      WHEN NOT JSON_EXISTS(message, '$.usage') THEN 'usage is missing'
      WHEN NOT JSON_EXISTS(message, '$.occurred_at') THEN 'occurred_at is missing'
      WHEN JSON_QUERY(message, '$.hostname' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN 'hostname is not a text'
      WHEN JSON_QUERY(message, '$.cpu' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN 'cpu is not a text'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.usage' WITH ARRAY WRAPPER), '^\[-?[0-9]') THEN 'usage is not a number'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.occurred_at' WITH ARRAY WRAPPER), '^\[-?[0-9]+\]$')
        THEN 'occurred_at is not a whole number'
      WHEN NOT REGEXP(hostname, '^[^\p{Cc}\p{Cs}\uFFFD]{1,253}\z')
        THEN 'hostname is not 1 to 253 characters without control characters'
      WHEN NOT REGEXP(cpu, '^[^\p{Cc}\p{Cs}\uFFFD]{1,64}\z')
        THEN 'cpu is not 1 to 64 characters without control characters'
      WHEN REGEXP(hostname, '^[\s\p{Z}]*$') THEN 'hostname is blank'
      WHEN REGEXP(cpu, '^[\s\p{Z}]*$') THEN 'cpu is blank'
      WHEN usage_sent NOT BETWEEN -0.5 AND 100.5 THEN 'usage is outside 0 to 100'
      WHEN NOT REGEXP(JSON_QUERY(message, '$.occurred_at' WITH ARRAY WRAPPER), '^\[[0-9]{13}\]$')
        THEN 'occurred_at is not in milliseconds since 1970 (13 digits)'
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
