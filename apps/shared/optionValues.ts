import { parseDuration } from "../../lib/duration.ts";

/*
 * One function for each type of option. It takes a value as it came from a command line or a JSON file and
 * returns what the value means, or `undefined` when it is not allowed.
 */

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

function numberOf(value: unknown): number {
  if (typeof value === "string" && /^[+-]?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  return typeof value === "number" ? value : Number.NaN;
}

/** Messages per second: over 0, at most 100,000. */
export function rateOf(value: unknown): number | undefined {
  const rate = numberOf(value);
  return rate > 0 && rate <= 100_000 ? rate : undefined;
}

/** An integer that a double holds exactly, `least` or more. */
export function integerOf(value: unknown, least: number): number | undefined {
  const integer = numberOf(value);
  return Number.isSafeInteger(integer) && integer >= least ? integer : undefined;
}

/** A list, or text with commas, of different host or cpu names. */
export function namesOf(value: unknown): string[] | undefined {
  const list: unknown[] = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  const names = list.map((name) => (typeof name === "string" ? name.trim() : ""));
  const valid = names.length > 0 && names.every((name) => NAME.test(name));
  return valid && new Set(names).size === names.length ? names : undefined;
}

/** An ISO time with a zone, a day (its UTC midnight), or epoch ms: epoch ms. */
export function timeOf(value: unknown): number | undefined {
  const day = typeof value === "string" ? ISO_TIME.exec(value.trim())?.[1] : undefined;
  if (typeof value !== "string" || day === undefined) {
    const time = integerOf(value, 0);
    return time !== undefined && time <= LAST_TIME ? time : undefined;
  }
  // Date.parse takes the 30th of February for the 2nd of March.
  const midnight = Date.parse(day);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const time = Date.parse(value.trim());
  return time >= 0 ? time : undefined;
}

/** A duration as text, of `shortest` to `longest` ms: milliseconds. */
export function durationOf(value: unknown, shortest: number, longest: number): number | undefined {
  const duration = typeof value === "string" ? parseDuration(value) : undefined;
  return duration !== undefined && duration >= shortest && duration <= longest ? duration : undefined;
}

/** Text that is not blank. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** A legal Kafka topic name. */
export function topicOf(value: unknown): string | undefined {
  const valid = typeof value === "string" && /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(value);
  return valid ? value : undefined;
}
