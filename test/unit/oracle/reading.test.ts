import { describe, expect, it } from "vitest";
import { readHeartbeat, readReading } from "../../oracle/model/reading.ts";

const TIME = 1_767_618_000_123;
const read = (value: string | Buffer | null, timestamp = TIME) =>
  readReading({
    partition: 0,
    offset: 0,
    value: value === null ? null : Buffer.from(value),
    timestamp,
  });
const text = (fields: Record<string, string>) =>
  `{${Object.entries({
    hostname: '"doc"',
    cpu: '"cpu1"',
    usage: "81.5",
    occurred_at: String(TIME),
    ...fields,
  })
    .map(([key, value]) => `"${key}":${value}`)
    .join(",")}}`;

describe("a valid reading", () => {
  it.each([
    ["plain", text({})],
    ["blanks in a name", text({ hostname: '" d o c "' })],
    ["white space around it", ` \t\r\n${text({})}\n`],
    ["an exponent in the usage", text({ usage: "8.15E1" })],
    ["further fields of any kind", text({ more: '[{"hostname":1,"a":"}]\\"{"},[]],"n":null' })],
    ["a further name that needs escapes", text({ 'a\\"b': "{}" })],
    ["escapes in a name of a field", text({}).replace("hostname", "\\u0068ostname")],
    ["a repeated field whose last one is right", text({}).replace("{", '{"usage":"x","occurred_at":1,')],
    ["the longest names", text({ hostname: `"${"h".repeat(253)}"`, cpu: `"${"c".repeat(64)}"` })],
    ["unicode", text({ hostname: '"дом-🏠"' })],
    ["bytes that are no UTF-8 in another field", Buffer.from(text({ more: '"\xff"' }), "latin1")],
    ["the latest time", text({ occurred_at: String(TIME + 10_000) })],
  ])("%s", (_, value) => {
    expect(read(value)).toMatchObject({ cpu: expect.any(String) });
  });
});

describe("an invalid reading", () => {
  it.each([
    ["a tombstone", null],
    ["nothing", ""],
    ["a byte order mark", `\ufeff${text({})}`],
    ["an array", `[${text({})}]`],
    ["two objects", `${text({})}${text({})}`],
    ["a number in quotes", text({ usage: '"81.5"' })],
    ["true for a number", text({ usage: "true" })],
    ["a number for a name", text({ hostname: "1" })],
    ["a name that is too long", text({ hostname: `"${"h".repeat(254)}"` })],
    ["an empty name", text({ cpu: '""' })],
    ["NUL in a name", text({ cpu: '"a\\u0000b"' })],
    ["bytes that are no UTF-8 in a name", Buffer.from(text({ cpu: '"\xff"' }), "latin1")],
    ["a fraction in the time", text({ occurred_at: "1767618000123.0" })],
    ["an exponent in the time", text({ occurred_at: "1767618000123e0" })],
    ["seconds", text({ occurred_at: "1767618000" })],
    ["a time too far ahead", text({ occurred_at: String(TIME + 10_001) })],
    ["over 100 by more than 0.5", text({ usage: "100.50000000000001421" })],
    ["a name of blanks only", text({ hostname: '"  "' })],
    ["a name of blanks that are not ASCII", text({ cpu: '"\u3000\u00a0"' })],
    ["a repeated field whose last one is wrong", text({}).replace("}", ',"usage":null}')],
  ])("%s", (_, value) => {
    expect(read(value)).toBeUndefined();
  });
});

describe("a usage that rounding moved over a limit", () => {
  it.each([
    ["100.0000000007", 100],
    ["100.15376195564358", 100],
    ["100.5", 100],
    ["-7.1e-10", 0],
    ["-0.5", 0],
    ["99.99999", 99.99999],
  ])("%s counts as %d", (usage, counted) => {
    expect(read(text({ usage }))?.usage).toBe(counted);
  });
});

describe("event time", () => {
  it("advances no further than the arrival of a reading", () => {
    expect(read(text({ occurred_at: String(TIME + 9_000) }))?.eventTime).toBe(TIME);
    expect(read(text({ occurred_at: String(TIME - 9_000) }))?.eventTime).toBe(TIME - 9_000);
  });

  it("follows a heartbeat no further than its arrival", () => {
    const beat = (time: number) =>
      readHeartbeat({
        partition: 3,
        offset: 7,
        value: Buffer.from(`{"heartbeat":${time}}`),
        timestamp: TIME,
      });
    expect(beat(TIME - 5)).toEqual({ eventTime: TIME - 5, partition: 3, offset: 7, timestamp: TIME });
    expect(beat(TIME + 5)?.eventTime).toBe(TIME);
    expect(read(`{"heartbeat":${TIME}}`)).toBeUndefined();
  });
});
