/**
 * A program ended with an error that somebody has to fix, so restarting it does not help: EX_CONFIG of sysexits.h.
 */
export const MUST_BE_FIXED = 78;
