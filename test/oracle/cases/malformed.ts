/** A message of an unusual kind. */
export interface Kind {
  readonly name: string;
  /** @param time event time, epoch ms of 13 digits */
  value(time: number): string | Buffer | null;
  /** The quarantine's reason; undefined if it is a valid reading. */
  readonly reason?: string;
}

const MEGABYTE = 1_000_000;

/** A reading as text. Fields are JSON; undefined leaves a field out. */
function text(time: number, fields: Record<string, string | undefined> = {}): string {
  const all = { hostname: '"mangled"', cpu: '"cpu1"', usage: "99", occurred_at: String(time), ...fields };
  const members = Object.entries(all).flatMap(([key, json]) =>
    json === undefined ? [] : [`"${key}":${json}`],
  );
  return `{${members.join(",")}}`;
}

/** A text in which each character is one byte. */
const bytes = (latin1: string) => Buffer.from(latin1, "latin1");

const kind = (name: string, value: Kind["value"], reason?: string): Kind => ({
  name,
  value,
  ...(reason !== undefined && { reason }),
});

/** A kind in which fields of a reading are written differently. */
const fields = (name: string, given: Record<string, string | undefined>, reason?: string): Kind =>
  kind(name, (time) => text(time, given), reason);

const NOT_JSON = "not JSON";
const NOT_ONE_OBJECT = "not a JSON object";
const BRACKETS = "more than 1000 brackets and braces";
const HOSTNAME = "hostname is not 1 to 253 characters without control characters";
const CPU = "cpu is not 1 to 64 characters without control characters";
const USAGE_TYPE = "usage is not a number";
const BLANK_HOSTNAME = "hostname is blank";
const BLANK_CPU = "cpu is blank";
const USAGE_RANGE = "usage is outside 0 to 100";
const TIME_TYPE = "occurred_at is not a whole number";
const IN_2286 = `clock is ahead by ${Math.round((9_999_999_999_999 - Date.now()) / 86_400_000)} days`;
const TIME_UNIT = "occurred_at is not in milliseconds since 1970 (13 digits)";

const names: readonly Kind[] = [
  fields("no hostname", { hostname: undefined }, "hostname is missing"),
  fields("no cpu", { cpu: undefined }, "cpu is missing"),
  fields("hostname null", { hostname: "null" }, "hostname is missing"),
  fields("hostname a number", { hostname: "7" }, "hostname is not a text"),
  fields("hostname an object", { hostname: '{"a":"b"}' }, "hostname is not a text"),
  fields("hostname a list", { hostname: '["doc"]' }, "hostname is not a text"),
  fields("cpu null", { cpu: "null" }, "cpu is missing"),
  fields("cpu true", { cpu: "true" }, "cpu is not a text"),
  fields("hostname empty", { hostname: '""' }, HOSTNAME),
  fields("cpu empty", { cpu: '""' }, CPU),
  fields("hostname of 254 characters", { hostname: `"${"h".repeat(254)}"` }, HOSTNAME),
  fields("cpu of 65 characters", { cpu: `"${"c".repeat(65)}"` }, CPU),
  fields("hostname a blank", { hostname: '" "' }, BLANK_HOSTNAME),
  fields("hostname of blanks of all kinds", { hostname: '" \u00a0\u2003\u3000"' }, BLANK_HOSTNAME),
  fields("cpu a blank", { cpu: '" "' }, BLANK_CPU),
  fields("blanks around the hostname", { hostname: '" doc "' }),
  fields("NUL in the hostname", { hostname: '"a\\u0000b"' }, HOSTNAME),
  fields("line break in the hostname", { hostname: '"a\\nb"' }, HOSTNAME),
  fields("line break at the end of the hostname", { hostname: '"a\\n"' }, HOSTNAME),
  fields("line break at the end of the cpu", { cpu: '"a\\n"' }, CPU),
  fields("control character over 127 in the cpu", { cpu: '"a\\u0085b"' }, CPU),
  fields("half a surrogate pair in the hostname", { hostname: '"a\\ud800"' }, HOSTNAME),
  kind("no UTF-8 in the hostname", (time) => bytes(text(time, { hostname: '"a\xff\xfeb"' })), HOSTNAME),
  kind("no UTF-8 in the cpu", (time) => bytes(text(time, { cpu: '"\xc3("' })), CPU),
  fields("hostname of 253 characters", { hostname: `"${"h".repeat(253)}"` }),
  fields("hostname of 253 characters of two units", { hostname: `"${"🏠".repeat(253)}"` }),
  fields("cpu of 64 characters", { cpu: `"${"ж".repeat(64)}"` }),
  fields("SQL in the hostname", { hostname: `"'); DROP TABLE cpu_thresholds; --"` }),
  fields("quotes and backslashes in the hostname", { hostname: '"a\\"b\\\\c\\/d\\"},{\\""' }),
  fields("unicode in the hostname", { hostname: '"\\u0434\\u043e\\u043c-家-🏠"' }),
];

const numbers: readonly Kind[] = [
  fields("no usage", { usage: undefined }, "usage is missing"),
  fields("usage null", { usage: "null" }, "usage is missing"),
  fields("usage in quotes", { usage: '"99"' }, USAGE_TYPE),
  fields("usage true", { usage: "true" }, USAGE_TYPE),
  fields("usage a list", { usage: "[99]" }, USAGE_TYPE),
  fields("usage an object", { usage: '{"value":99}' }, USAGE_TYPE),
  fields("usage NaN", { usage: "NaN" }, NOT_JSON),
  fields("usage Infinity", { usage: "Infinity" }, NOT_JSON),
  fields("usage with a leading zero", { usage: "099" }, NOT_JSON),
  fields("usage with a plus", { usage: "+99" }, NOT_JSON),
  fields("usage 1e308", { usage: "1e308" }, USAGE_RANGE),
  fields("usage 1e400", { usage: "1e400" }, USAGE_TYPE),
  fields("usage negative", { usage: "-0.5000000000000001" }, USAGE_RANGE),
  fields("usage -1", { usage: "-1" }, USAGE_RANGE),
  fields("usage over 100", { usage: "100.50000000000001" }, USAGE_RANGE),
  fields("usage 101", { usage: "101" }, USAGE_RANGE),
  fields("usage over 100 by rounding", { usage: "100.0000000007" }),
  fields("usage over 100 by less than 0.5", { usage: "100.15376195564358" }),
  fields("usage over 100 by 0.5", { usage: "100.5" }),
  fields("usage under 0 by rounding", { usage: "-7.1e-10" }),
  fields("usage under 0 by less than 0.5", { usage: "-0.4999" }),
  fields("usage under 0 by 0.5", { usage: "-0.5" }),
  fields("usage minus zero", { usage: "-0" }),
  fields("usage minus zero with a fraction", { usage: "-0.0" }),
  fields("usage close to 0", { usage: "7.1e-10" }),
  fields("usage an integer of 40 digits", { usage: "9".repeat(40) }, USAGE_RANGE),
  fields("usage with an exponent", { usage: "9.9e+1" }),
  fields("usage of 400 digits", { usage: `99.${"1".repeat(400)}` }),
  fields("usage 100", { usage: "100" }),
];

const times: readonly Kind[] = [
  fields("no occurred_at", { occurred_at: undefined }, "occurred_at is missing"),
  fields("occurred_at null", { occurred_at: "null" }, "occurred_at is missing"),
  kind("occurred_at in quotes", (time) => text(time, { occurred_at: `"${time}"` }), TIME_TYPE),
  kind("occurred_at with a fraction", (time) => text(time, { occurred_at: `${time}.0` }), TIME_TYPE),
  kind("occurred_at with an exponent", (time) => text(time, { occurred_at: `${time}e0` }), TIME_TYPE),
  fields("occurred_at as text", { occurred_at: '"2026-01-05T13:00:00Z"' }, TIME_TYPE),
  kind("occurred_at in seconds", (time) => text(Math.floor(time / 1_000)), TIME_UNIT),
  kind("occurred_at in microseconds", (time) => text(time * 1_000), TIME_UNIT),
  fields("occurred_at in the year 9999", { occurred_at: "253402300799000" }, TIME_UNIT),
  kind("occurred_at in the year 2286", () => text(9_999_999_999_999), IN_2286),
  fields("occurred_at beyond 64 bits", { occurred_at: "9".repeat(30) }, TIME_UNIT),
  fields("occurred_at negative", { occurred_at: "-1767618000000" }, TIME_UNIT),
];

const shapes: readonly Kind[] = [
  kind("nothing", () => "", "empty"),
  kind("a tombstone", () => null, "empty"),
  kind("white space", () => " \n", NOT_JSON),
  kind("a text", () => '"doc"', NOT_ONE_OBJECT),
  kind("a number", () => "42", NOT_ONE_OBJECT),
  kind("true", () => "true", NOT_ONE_OBJECT),
  kind("null", () => "null", NOT_ONE_OBJECT),
  kind("a heartbeat and a line break", (time) => `{"heartbeat":${time}}\n`, "hostname is missing"),
  kind("an empty object", () => "{}", "hostname is missing"),
  kind("a reading in a list", (time) => `[${text(time)}]`, NOT_ONE_OBJECT),
  kind("a reading in an object", (time) => `{"reading":${text(time)}}`, "hostname is missing"),
  kind("no JSON", () => "doc cpu1 99", NOT_JSON),
  kind("cut off in the middle", (time) => text(time).slice(0, 40), NOT_JSON),
  kind("the last brace missing", (time) => text(time).slice(0, -1), NOT_JSON),
  kind("single quotes", (time) => text(time).replaceAll('"', "'"), NOT_JSON),
  kind("a comma too many", (time) => text(time).replace("}", ",}"), NOT_JSON),
  kind("a comment in it", (time) => text(time).replace("{", "{/* */"), NOT_JSON),
  kind("a line break within a text", (time) => text(time, { note: '"a\nb"' }), NOT_JSON),
  kind("a byte order mark", (time) => `\ufeff${text(time)}`, NOT_JSON),
  kind("UTF-16", (time) => Buffer.from(text(time), "utf16le"), NOT_JSON),
  kind("no UTF-8 between the fields", (time) => bytes(text(time).replace(",", "\xff,")), NOT_JSON),
  kind("1 MB of junk", () => "x".repeat(MEGABYTE), NOT_JSON),
  kind("no UTF-8 in another field", (time) => bytes(text(time, { note: '"\xff"' }))),
  kind("white space around it", (time) => ` \t\r\n${text(time)}\n`),
  fields("further fields of all kinds", { a: "[[{}],null]", b: '{"hostname":7}', "c\\nd": "1e999" }),
  fields("a further field of 1 MB", { note: `"${"x".repeat(MEGABYTE - 200)}"` }),
  fields("a further field of 900 levels", { note: "[".repeat(900) + "]".repeat(900) }),
];

const several: readonly Kind[] = [
  kind("two readings", (time) => text(time) + text(time), NOT_JSON),
  kind("two readings on two lines", (time) => `${text(time)}\n${text(time)}`, NOT_JSON),
  kind("two readings with a comma", (time) => `${text(time)},${text(time)}`, NOT_JSON),
  kind("a reading and a comma", (time) => `${text(time)},`, NOT_JSON),
  kind("junk after a reading", (time) => `${text(time)}x`, NOT_JSON),
  kind("a brace after a reading", (time) => `${text(time)}}`, NOT_JSON),
  kind("NUL after a reading", (time) => `${text(time)}\0`, NOT_JSON),
  kind("a wrong usage repeated", (time) => text(time).replace("}", ',"usage":"x"}'), USAGE_TYPE),
  kind(
    "a missing name repeated",
    (time) => text(time).replace("}", ',"hostname":null}'),
    "hostname is missing",
  ),
  kind("a right usage repeated", (time) => text(time).replace("{", '{"usage":"x",')),
  kind("a right time repeated", (time) => text(time).replace("{", '{"occurred_at":1,')),
];

/** Everything unusual, each kind once. */
export const kinds: readonly Kind[] = [...names, ...numbers, ...times, ...shapes, ...several];

/** Messages designed to get around a check that puts brackets around them. */
export const escapes: readonly Kind[] = [
  kind("a bracket after a reading", (time) => `${text(time)}]`, NOT_JSON),
  kind("an object and a bracket after a reading", (time) => `${text(time)},{}]`, NOT_JSON),
  kind("an object, a bracket and junk after a reading", (time) => `${text(time)},{}] x`, NOT_JSON),
  fields("as many brackets as there may be", { note: `[${"[],".repeat(997)}[]]` }),
  kind("a bracket more", (time) => text(time, { note: `[${"[],".repeat(998)}[]]` }), BRACKETS),
  kind("a list's end and beginning", (time) => `${text(time)},{}],[{}`, NOT_JSON),
];

/** A message that needs far more memory to parse than its own size. */
export const deep: Kind = kind("a megabyte of open brackets", () => "[".repeat(MEGABYTE), BRACKETS);
