/** Default values of the settings that the SQL names. */
export const SQL_VALUES = {
  "trend.windows": 3,
  "flink.thresholdCache": "5s",
  "alerts.raiseAfter": 1,
  "alerts.clearAfter": 2,
  "alerts.cooldown": "10m",
  "alerts.silentAfter": "60s",
  "learned.widths": 5,
  "learned.relative": 20,
  "learned.points": 2,
  "learned.memoryDays": 4,
  "learned.repeats": 5,
} as const;
