/** Values of the settings that the SQL names, as stacks have them by default. */
export const SQL_VALUES = {
  "trend.windows": 3,
  "alerts.raiseAfter": 1,
  "alerts.clearAfter": 2,
  "alerts.cooldown": "10m",
} as const;
