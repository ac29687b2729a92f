/** Ctrl-C, an orderly end, and a terminal that is closed. */
export const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
