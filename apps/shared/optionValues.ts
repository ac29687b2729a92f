import * as v from "valibot";
import { DURATION_FORMAT, durationText, parseDuration } from "../../lib/duration.ts";

/*
 * One schema per type of option. Its input is a value from a command line or a JSON file, its output the meaning of
 * that value. An invalid value is a single issue, whose message says what is allowed.
 */

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** The schema with one message for whatever is wrong with a value. */
export const allowed = <S extends v.GenericSchema>(message: string, schema: S): S =>
  v.config(schema, { message, abortEarly: true, abortPipeEarly: true });

/** A number, or text that is one. */
const numeric = v.union([
  v.number(),
  v.pipe(v.string(), v.trim(), v.regex(/^[+-]?\d+(\.\d+)?$/), v.transform(Number)),
]);

/** An integer that a double holds exactly. */
const integer = v.pipe(numeric, v.safeInteger());

/** Messages per second. */
export const rate = allowed(
  "a number over 0, at most 100000",
  v.pipe(numeric, v.gtValue(0), v.maxValue(100_000)),
);

export const seed = allowed("an integer", integer);

export const wholeNumber = (least: number, most: number) =>
  allowed(`an integer from ${least} to ${most}`, v.pipe(integer, v.minValue(least), v.maxValue(most)));

export const count = allowed("an integer of at least 1", v.pipe(integer, v.minValue(1)));

/** A list of host or CPU names, or text with commas. */
export const names = allowed(
  "a list of different names of letters, digits, '.', '_' and '-', at most 64 characters each",
  v.pipe(
    v.union([
      v.pipe(
        v.string(),
        v.transform((text) => text.split(",")),
      ),
      v.array(v.unknown()),
    ]),
    v.array(v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9._-]{1,64}$/))),
    v.nonEmpty(),
    v.check((list) => new Set(list).size === list.length),
  ),
);

/** An ISO time with a zone, a day (its UTC midnight), or epoch ms: epoch ms. */
export const time = allowed(
  "an ISO time with a zone (2026-01-01T00:00:00Z) or epoch ms",
  v.union([
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(ISO_TIME),
      v.check(hasRealDay),
      v.transform((text) => Date.parse(text)),
      v.minValue(0),
    ),
    v.pipe(integer, v.minValue(0), v.maxValue(LAST_TIME)),
  ]),
);

/** Date.parse takes the 30th of February for the 2nd of March. */
function hasRealDay(text: string): boolean {
  const day = text.slice(0, "2026-01-01".length);
  const midnight = Date.parse(day);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

/** A duration as text, of `shortest` to `longest` ms: milliseconds. */
export const duration = (shortest: number, longest: number) =>
  allowed(
    `${DURATION_FORMAT}, from ${durationText(shortest)} to ${durationText(longest)}`,
    v.pipe(v.string(), v.transform(parseDuration), v.number(), v.minValue(shortest), v.maxValue(longest)),
  );

export const file = allowed(
  "a file name",
  v.pipe(
    v.string(),
    v.check((text) => text.trim() !== ""),
  ),
);

export const topic = allowed(
  "1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'",
  v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/)),
);
