/**
 * Topic configuration by which a record's time is when the broker got it, whatever the clock of its sender says. What
 * is a valid reading, and how long records are kept, depends on it.
 */
export const ARRIVAL_TIME = { "message.timestamp.type": "LogAppendTime" } as const;
