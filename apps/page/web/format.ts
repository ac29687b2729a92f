const NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const EXACT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const TIME = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const MINUTE = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

const NOT_KNOWN = "not known";

/** With at most one decimal; `not known` if it is not a number. */
export const number = (value: number | null | undefined) =>
  value === null || value === undefined || !Number.isFinite(value) ? NOT_KNOWN : NUMBER.format(value);

/** A threshold, with both decimals that it may have: rounded to one, 99.96 would be 100. */
export const exact = (threshold: number) => EXACT.format(threshold);

/** A number with its unit, such as `35.2/s`; `not known` has none. */
export const withUnit = (value: number | null | undefined, unit: string) => {
  const text = number(value);
  return text === NOT_KNOWN ? text : `${text}${unit}`;
};

export const percent = (share: number | null) =>
  withUnit(share === null ? null : Math.round(share * 100), " %");

/** Local time of day, with the date if it is another day. */
export function clock(time: number, now: number, { seconds = true } = {}): string {
  const text = (seconds ? TIME : MINUTE).format(time);
  return DAY.format(time) === DAY.format(now) ? text : `${DAY.format(time)} ${text}`;
}

/** For a hover: `2026-11-27 04:38:28 UTC`. */
export const utc = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** `0.6 s` or `12 s`: latencies. */
export const shortSeconds = (ms: number) =>
  `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
