-- The expected load of each CPU, every five minutes, and whether its load was unusual, on average or at its peak.
-- It learns only from the CPU's own past. docs/detection.md explains how, and how good it is.
INSERT INTO CPU_EXPECTED
WITH windows AS (
  -- Renamed, because the next step has its own window_start.
  SELECT window_start AS averaged_at, hostname, cpu, usage_avg, usage_max FROM CPU_AGG_TIMED
), loads AS (
  -- An average over five minutes hides what lasts for seconds; the highest reading shows it.
  SELECT hostname, cpu, window_start, window_end, window_time AS ends_at, AVG(usage_avg) AS average, MAX(usage_max) AS peak
  FROM TABLE(TUMBLE(TABLE windows, DESCRIPTOR(averaged_at), INTERVAL '5' MINUTES))
  GROUP BY hostname, cpu, window_start, window_end, window_time
), actuals AS (
  -- Average and peak are separate rows, and are learned separately. History fades by e in learned.memoryDays; age
  -- counts these periods. COALESCE declares a value as never NULL: for one that may be, SUM keeps a COUNT beside it.
  SELECT hostname, cpu, measure, window_start, ends_at, COALESCE(actual, 0E0) AS actual,
    TIMESTAMPDIFF(SECOND, TIMESTAMP '2026-01-01 00:00:00', window_start)
      / (${learned.memoryDays} * 86400E0) AS age
  FROM loads CROSS JOIN UNNEST(MAP['avg', average, 'max', peak]) AS measured (measure, actual)
  WHERE actual IS NOT NULL
), weighted AS (
  -- A row's weight grows with its time, so the past fades in a running sum of weighted values. Within an era, the
  -- weights go from e^-650 to e^650, which a DOUBLE holds; each era learns from scratch. With 4 days, it lasts 14
  -- years. Weights of another memory are not comparable either, so each memory has its own eras.
  SELECT
    hostname, cpu, measure, ends_at, actual,
    CAST(FLOOR(age / 1300) AS INT) * 1000 + ${learned.memoryDays} AS era,
    COALESCE(EXP(age - 1300 * FLOOR(age / 1300) - 650), 0E0) AS weight,
    CAST(HOUR(window_start) AS INT) AS hour_of_day,
    HOUR(window_start) / 6 AS quarter,
    CAST(MOD(HOUR(window_start), 6) * 2 + MINUTE(window_start) / 30 AS INT) AS half_hour
  FROM actuals
), levels AS (
  -- The usual level of the CPU.
  SELECT SUM(weight * actual) OVER series AS level_sum, SUM(weight) OVER series AS level_weight, *
  FROM weighted
  WINDOW series AS (PARTITION BY hostname, cpu, measure, era ORDER BY ends_at)
), habits AS (
  -- The usual level in this half hour of the day. Twelve half hours, a quarter of the day, share a key, because a key takes
  -- more memory than twelve sums.
  SELECT
    ARRAY[
      SUM(CASE half_hour WHEN 0 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 1 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 2 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 3 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 4 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 5 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 6 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 7 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 8 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 9 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 10 THEN weight * actual ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 11 THEN weight * actual ELSE 0E0 END) OVER series
    ][half_hour + 1] AS habit_sum,
    ARRAY[
      SUM(CASE half_hour WHEN 0 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 1 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 2 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 3 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 4 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 5 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 6 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 7 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 8 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 9 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 10 THEN weight ELSE 0E0 END) OVER series,
      SUM(CASE half_hour WHEN 11 THEN weight ELSE 0E0 END) OVER series
    ][half_hour + 1] AS habit_weight, *
  FROM levels
  WINDOW series AS (PARTITION BY hostname, cpu, measure, era, quarter ORDER BY ends_at)
), normals AS (
  -- Normal is this half hour on earlier days, leaning on the level while there are few of them. A row is not compared
  -- with itself: its own part of a sum is subtracted again. A product of two weights would overflow. From here on, a row
  -- keeps only what is needed later: the step `recent` keeps seven rows of each CPU and measure.
  SELECT
    hostname, cpu, measure, era, ends_at, hour_of_day, actual, weight,
    (level_weight - weight) / weight AS history,
    (habit_sum - weight * actual
      + 6 * weight * ((level_sum - weight * actual) / NULLIF(level_weight - weight, 0)))
      / (habit_weight - weight + 6 * weight) AS normal
  FROM habits
), deviations AS (
  SELECT *, actual - normal AS deviation FROM normals
), recent AS (
  -- How far from normal the last half hour was.
  SELECT SUM(deviation) OVER latest AS latest_sum, COUNT(deviation) OVER latest AS latest_count, *
  FROM deviations
  WINDOW latest AS (PARTITION BY hostname, cpu, measure ORDER BY ends_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
), drifts AS (
  SELECT *, (latest_sum - deviation) / NULLIF(latest_count - 1, 0) AS drift FROM recent
), expectations AS (
  -- Expected is normal, plus how far from normal the last half hour was. A load below 0 cannot be expected.
  SELECT *, GREATEST(normal + drift, 0E0) AS expected, actual - GREATEST(normal + drift, 0E0) AS error FROM drifts
), errors AS (
  SELECT
    SUM(COALESCE(weight * error * error, 0E0)) OVER series AS error_sum,
    SUM(CASE WHEN error IS NOT NULL THEN weight ELSE 0E0 END) OVER series AS error_weight,
    SUM(COALESCE(weight * deviation * deviation, 0E0)) OVER series AS deviation_sum,
    SUM(CASE WHEN deviation IS NOT NULL THEN weight ELSE 0E0 END) OVER series AS deviation_weight, *
  FROM expectations
  WINDOW series AS (PARTITION BY hostname, cpu, measure, era ORDER BY ends_at)
), sizes AS (
  -- The usual size of an error, and of a deviation: the root mean square.
  SELECT *,
    GREATEST(SQRT(GREATEST(error_sum - weight * error * error, 0E0)
      / NULLIF(error_weight - weight, 0)), 1E-9) AS usual_error,
    GREATEST(SQRT(GREATEST(deviation_sum - weight * deviation * deviation, 0E0)
      / NULLIF(deviation_weight - weight, 0)), 1E-9) AS usual_deviation
  FROM errors
), classes AS (
  -- Errors in the same direction that differ by at most a factor of two are alike.
  SELECT *, SIGN(error) * GREATEST(FLOOR(LOG2(GREATEST(ABS(error) / usual_error, 1E0))), 1E0) AS class
  FROM sizes
), beginnings AS (
  SELECT *,
    CASE WHEN class = LAG(class) OVER series THEN 0E0 ELSE weight END AS beginning
  FROM classes
  WINDOW series AS (PARTITION BY hostname, cpu, measure ORDER BY ends_at)
), repeats AS (
  -- How often has an error like this one begun recently, and in this hour of earlier days?
  SELECT
    SUM(beginning) OVER series AS beginnings,
    ARRAY[
      SUM(CASE hour_of_day WHEN 0 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 1 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 2 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 3 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 4 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 5 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 6 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 7 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 8 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 9 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 10 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 11 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 12 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 13 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 14 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 15 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 16 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 17 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 18 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 19 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 20 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 21 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 22 THEN beginning ELSE 0E0 END) OVER series,
      SUM(CASE hour_of_day WHEN 23 THEN beginning ELSE 0E0 END) OVER series
    ][hour_of_day + 1] AS hourly_beginnings, *
  FROM beginnings
  WINDOW series AS (PARTITION BY hostname, cpu, measure, era, class ORDER BY ends_at)
), bands AS (
  SELECT *,
    (beginnings - beginning) / weight AS seen,
    (hourly_beginnings - beginning) / weight AS seen_hourly,
    GREATEST(${learned.widths} * usual_error, ${learned.relative} * ABS(expected) / 100, CAST(${learned.points} AS DOUBLE))
      AS width,
    GREATEST(${learned.widths} * usual_deviation, ${learned.relative} * ABS(normal) / 100, CAST(${learned.points} AS DOUBLE))
      AS normal_width
  FROM repeats
), verdicts AS (
  SELECT *,
    -- Far from expected, not a return to normal, and not something that happens often or at this hour.
    ABS(error) > width AND ABS(deviation) > ABS(error) / 4
      AND seen < ${learned.repeats} AND seen_hourly < 1 AS has_jumped,
    -- Far from normal for the last half hour, however slowly it got there.
    ABS(drift) > normal_width AND ABS(deviation) > normal_width AS has_shifted
  FROM bands
), judged AS (
  SELECT *,
    history >= 36 AS is_judged,
    CASE WHEN has_shifted AND NOT has_jumped THEN normal ELSE expected END AS center,
    CASE WHEN has_shifted AND NOT has_jumped THEN normal_width ELSE width END AS half_width
  FROM verdicts
), told AS (
  SELECT
    hostname, cpu, measure, ends_at, actual, history,
    CASE WHEN is_judged THEN center END AS expected,
    CASE WHEN is_judged THEN center - half_width END AS `lower`,
    CASE WHEN is_judged THEN center + half_width END AS `upper`,
    CASE WHEN is_judged THEN ABS(actual - center) / half_width END AS score,
    CASE
      WHEN NOT is_judged THEN CAST(NULL AS STRING)
      WHEN has_jumped AND seen < 0.1 THEN 'never seen'
      WHEN has_jumped AND error > 0 THEN 'spike'
      WHEN has_jumped THEN 'dip'
      WHEN has_shifted THEN 'level shift'
    END AS kind,
    CASE WHEN is_judged AND ABS(error) > width THEN seen END AS seen
  FROM judged
)
-- One row again for each five minutes. They close in the order of time, in which learned reads them. During a backlog, the
-- steps before may pass rows on in another order, because event time then advances by hours at once.
SELECT
  hostname, cpu, window_start, window_end,
  MAX(actual) FILTER (WHERE measure = 'avg'),
  MAX(expected) FILTER (WHERE measure = 'avg'),
  MAX(`lower`) FILTER (WHERE measure = 'avg'),
  MAX(`upper`) FILTER (WHERE measure = 'avg'),
  MAX(score) FILTER (WHERE measure = 'avg'),
  MAX(kind) FILTER (WHERE measure = 'avg'),
  MAX(seen) FILTER (WHERE measure = 'avg'),
  MAX(history) FILTER (WHERE measure = 'avg'),
  MAX(actual) FILTER (WHERE measure = 'max'),
  MAX(expected) FILTER (WHERE measure = 'max'),
  MAX(`lower`) FILTER (WHERE measure = 'max'),
  MAX(`upper`) FILTER (WHERE measure = 'max'),
  MAX(score) FILTER (WHERE measure = 'max'),
  MAX(kind) FILTER (WHERE measure = 'max')
FROM TABLE(TUMBLE(TABLE told, DESCRIPTOR(ends_at), INTERVAL '5' MINUTES))
GROUP BY hostname, cpu, window_start, window_end
