-- The output of the alerts, as input. Only committed rows: rows of an attempt that failed do not count.
CREATE TABLE CPU_ALERTS_IN (
  message STRING
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = '',
  'topic' = 'cpu_alerts',
  'value.format' = 'json',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'latest',
  'scan.topic-partition-discovery.interval' = '2 s',
  'properties.isolation.level' = 'read_committed',
  'properties.group.id' = 'prod-slack',
  'properties.fetch.max.bytes' = '1048576',
  'properties.max.partition.fetch.bytes' = '262144',
  'properties.max.poll.records' = '100000',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.metadata.max.age.ms' = '10000'
);

CREATE TABLE SLACK (
  channel_id STRING,
  message STRING
) WITH (
  'connector' = 'slack',
  'token' = 'xoxb-it''s'
);

INSERT INTO SLACK
SELECT 'C0123456789', message
FROM (
SELECT REPLACE(REPLACE(REPLACE(message, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS message
FROM CPU_ALERTS_IN
);
