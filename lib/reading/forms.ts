/** By the setting source.timeUnit: the type of the value, what it is called, and its digits before the point. */
export const TIME_UNITS = {
  seconds: { type: "a number", form: "seconds since 1970 (10 digits)", digits: 10 },
  milliseconds: { type: "a whole number", form: "milliseconds since 1970 (13 digits)", digits: 13 },
  microseconds: { type: "a whole number", form: "microseconds since 1970 (16 digits)", digits: 16 },
  nanoseconds: { type: "a whole number", form: "nanoseconds since 1970 (19 digits)", digits: 19 },
  iso_8601: {
    type: "a text",
    form: "ISO 8601 with a time zone, after 2001-09-09, such as 2026-01-05T13:00:00Z",
    digits: 0,
  },
} as const;

/**
 * The first time of 13 digits, in ms: 2001-09-09T01:46:40Z. A device that has just started may take the year for 1970.
 */
export const EARLIEST = 1e12;

/** By the setting source.usageForm: its range in words. */
export const USAGE_RANGES = { percent: "0 to 100", fraction: "0 to 1", idle: "0 to 100" } as const;

/** Where a message has the fields of a reading, and how it writes them: settings `source.*`. */
export interface ReadingForm {
  /** A path such as `tags.host` or `cpus[0].load`, like the next three. */
  readonly "source.hostname": string;
  readonly "source.cpu": string;
  readonly "source.usage": string;
  readonly "source.time": string;
  readonly "source.usageForm": keyof typeof USAGE_RANGES;
  readonly "source.timeUnit": keyof typeof TIME_UNITS;
}

const DATE = [
  "[0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])",
  "[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)",
  "[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])",
  // The 29th of February: every fourth year, but only every fourth century.
  "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29",
].join("|");
const CLOCK = String.raw`([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?`;
const ZONE = "Z|[+-](0[0-9]|1[0-7]):[0-5][0-9]|[+-]18:00";

/** An ISO 8601 date and time with a time zone, as a regular expression for JavaScript and Java, without anchors. */
export const ISO_TIME = `(${DATE})T${CLOCK}(${ZONE})`;
