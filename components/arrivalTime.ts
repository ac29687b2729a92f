/**
 * Topic configuration that makes a record's time the time at which the broker received it, whatever the sender's clock says. What
 * is a valid reading, and how long records are kept, depends on it.
 */
export const ARRIVAL_TIME = { "message.timestamp.type": "LogAppendTime" } as const;
