-- Alerts for Aiven's connector to Slack. A host may call itself <!channel>: it must not wake everyone up.
INSERT INTO SLACK
SELECT REPLACE(REPLACE(REPLACE(message, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS message
FROM CPU_ALERTS_IN
