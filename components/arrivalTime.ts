/**
 * Topic configuration that gives a record the time at which the broker received it, whatever the sender's clock says.
 * What counts as a valid reading and how long records are kept depend on it.
 */
export const ARRIVAL_TIME = { "message.timestamp.type": "LogAppendTime" } as const;
