// The same rule as for a reading, in flink/reading and sql/flink/tables/cpu_in_text.sql.
const HOSTNAME = /^(?![\s\p{Z}]*$)[^\p{Cc}\p{Cs}\uFFFD]{1,253}$/u;

export const HOSTNAME_FORMAT = "1 to 253 characters without control characters, not all of them blanks";

/** Whether a valid reading may have this host name. */
export const isHostname = (text: string) => HOSTNAME.test(text);

export const PERCENTAGE_FORMAT = "percent from 0 to 100 with at most two decimals";

/** Whether a value is a valid threshold. */
export const isPercentage = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= 100 && Number(value.toFixed(2)) === value;
