-- The table of cpu_in_text.sql for messages that are not like the tutorial's: the settings source.* describe where
-- the fields are and how they are written. components/source/textForm.ts fills in the expressions from these settings.
CREATE TABLE CPU_IN (
  message STRING,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  hostname AS JSON_VALUE(message, '$${source.hostname.json}'),
  cpu AS JSON_VALUE(message, '$${source.cpu.json}'),
  usage AS GREATEST(0, LEAST(100, ${source.percent})),
  occurred_at AS ${source.milliseconds},
  time_ltz AS CASE
    WHEN REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$')
      -- JSON functions ignore anything after an object, such as a second one. A text that is valid both inside an array
      -- and inside an object has nothing after it.
      AND REGEXP(JSON_QUERY(CONCAT('[', message, ']'), '$[0]${source.hostname.json}' WITH ARRAY WRAPPER), '^\["(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,253}"\]$')
      AND REGEXP(JSON_QUERY(message, '$${source.cpu.json}' WITH ARRAY WRAPPER), '^\["(?![\s\p{Z}]*")([^"\\\p{Cc}\p{Cs}\uFFFD]|\\["\\]){1,64}"\]$')
      AND REGEXP(JSON_QUERY(message, '$${source.usage.json}' WITH ARRAY WRAPPER), '^\[-?[0-9]')
      AND ${source.percent} BETWEEN -0.5 AND 100.5
      AND REGEXP(JSON_QUERY(CONCAT('{"reading":', message, '}'), '$.reading${source.time.json}' WITH ARRAY WRAPPER), '${source.time.inUnit}')
      AND TO_TIMESTAMP_LTZ(${source.milliseconds}, 3) <= kafka_time + INTERVAL '10' SECOND
    THEN TO_TIMESTAMP_LTZ(${source.milliseconds}, 3)
  END,
  heartbeat AS CASE
    WHEN message LIKE '{"heartbeat":%' AND REGEXP(message, '^\{"heartbeat": ?[0-9]{13}\}\z')
    THEN CAST(SUBSTRING(message, -14, 13) AS BIGINT)
  END,
  reason AS CASE
    WHEN REGEXP(message, '^\{"heartbeat": ?[0-9]{13}\}\z') THEN CAST(NULL AS STRING)
    WHEN message IS NULL OR CHAR_LENGTH(message) = 0 THEN 'empty'
    WHEN NOT REGEXP(message, '^([^\[{]*+[\[{]){0,1000}+[^\[{]*+$') THEN 'more than 1000 brackets and braces'
    WHEN CONCAT('[', message, ']') IS NOT JSON OR CONCAT('{"reading":', message, '}') IS NOT JSON THEN 'not JSON'
    WHEN message IS NOT JSON OBJECT THEN 'not a JSON object'
    WHEN NOT JSON_EXISTS(message, '$${source.hostname.json}') THEN '${source.hostname} is missing'
    WHEN NOT JSON_EXISTS(message, '$${source.cpu.json}') THEN '${source.cpu} is missing'
    WHEN NOT JSON_EXISTS(message, '$${source.usage.json}') THEN '${source.usage} is missing'
    WHEN NOT JSON_EXISTS(message, '$${source.time.json}') THEN '${source.time} is missing'
    WHEN JSON_QUERY(message, '$${source.hostname.json}' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN '${source.hostname} is not a text'
    WHEN JSON_QUERY(message, '$${source.cpu.json}' WITH ARRAY WRAPPER) NOT LIKE '["%' THEN '${source.cpu} is not a text'
    WHEN NOT REGEXP(JSON_QUERY(message, '$${source.usage.json}' WITH ARRAY WRAPPER), '^\[-?[0-9]')
      THEN '${source.usage} is not a number'
    WHEN NOT REGEXP(JSON_QUERY(message, '$${source.time.json}' WITH ARRAY WRAPPER), '${source.time.written}')
      THEN '${source.time} is not ${source.time.type}'
    WHEN NOT REGEXP(JSON_VALUE(message, '$${source.hostname.json}'), '^[^\p{Cc}\p{Cs}\uFFFD]{1,253}\z')
      THEN '${source.hostname} is not 1 to 253 characters without control characters'
    WHEN NOT REGEXP(JSON_VALUE(message, '$${source.cpu.json}'), '^[^\p{Cc}\p{Cs}\uFFFD]{1,64}\z')
      THEN '${source.cpu} is not 1 to 64 characters without control characters'
    WHEN REGEXP(JSON_VALUE(message, '$${source.hostname.json}'), '^[\s\p{Z}]*$') THEN '${source.hostname} is blank'
    WHEN REGEXP(JSON_VALUE(message, '$${source.cpu.json}'), '^[\s\p{Z}]*$') THEN '${source.cpu} is blank'
    WHEN ${source.percent} NOT BETWEEN -0.5 AND 100.5
      THEN '${source.usage} is outside ${source.usage.range}'
    WHEN NOT REGEXP(JSON_QUERY(message, '$${source.time.json}' WITH ARRAY WRAPPER), '${source.time.inUnit}')
      OR ${source.milliseconds} IS NULL
      THEN '${source.time} is not in ${source.time.form}'
  END,
  proc_time AS PROCTIME(),
  WATERMARK FOR time_ltz AS LEAST(
    CASE WHEN heartbeat IS NULL THEN time_ltz ELSE TO_TIMESTAMP_LTZ(heartbeat, 3) END,
    kafka_time) - INTERVAL '10' SECOND
) WITH (
  -- The other options are those of cpu_in_text.sql.
  'connector' = 'kafka'
)
