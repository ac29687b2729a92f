const HOUR_MS = 3_600_000;

/** Topic configuration that says how long records are kept: as the settings say, or longer if the topic needs it. */
export const retention = (
  hours: number,
  { leastRetentionHours = 0 }: { readonly leastRetentionHours?: number },
) => ({
  "retention.ms": String(Math.max(hours, leastRetentionHours) * HOUR_MS),
});
