/** The compacted topic in which the notifier keeps what it has told whom. */
export const notifierState = {
  topic: "cpu_notifier_state",
  // For ever, or an alert that has been open for longer would be news again after a restart.
  config: {
    "cleanup.policy": "compact",
    "retention.ms": "-1",
    // Kafka compacts nothing of the segment that it writes to, and by default that is up to a GiB, or a week.
    "segment.bytes": String(16 * 1024 * 1024),
  },
} as const;
