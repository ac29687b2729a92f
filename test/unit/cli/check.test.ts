import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectionIn } from "../../../cli/commands/check.ts";
import { checkJson, reportOf } from "../../../cli/output/check.ts";
import { type SourceFormat, tutorialFormat } from "../../../components/source/sourceFormat.ts";
import { judge } from "../../../lib/reading/judge.ts";
import { rawFields } from "../../../lib/reading/rawFields.ts";
import { deep, escapes, kinds } from "../../oracle/cases/malformed.ts";

const TIME = 1_767_618_000_123;
const judged = (value: unknown, format: Partial<SourceFormat> = {}) =>
  judge(Buffer.from(JSON.stringify(value)), TIME, { ...tutorialFormat, ...format });

describe("the judgement of a message", () => {
  it.each([...kinds, ...escapes, deep].map((kind) => [kind.name, kind] as const))(
    "gives the reason of the quarantine: %s",
    (_, { value, reason }) => {
      const raw = value(TIME);
      const judgement = judge(raw === null ? null : Buffer.from(raw), TIME, tutorialFormat);
      // This many days, counted from now.
      const counted = (text: string | undefined) => text?.replace(/\d+ days/, "some days");
      expect(counted("reason" in judgement ? judgement.reason : undefined)).toBe(counted(reason));
    },
  );

  const telegraf = {
    "source.hostname": "tags.host",
    "source.cpu": "tags.cpu",
    "source.usage": "fields.usage_idle",
    "source.time": "timestamp",
    "source.usageForm": "idle",
    "source.timeUnit": "seconds",
  } as const;
  const metric = {
    fields: { usage_idle: 97.5 },
    tags: { cpu: "cpu0", host: "web" },
    timestamp: 1_767_618_000,
  };

  it("finds fields by the paths of the settings and converts units", () => {
    expect(judged(metric, telegraf)).toEqual({
      hostname: "web",
      cpu: "cpu0",
      usage: 2.5,
      time: 1_767_618_000_000,
    });
    expect(judged({ ...metric, tags: {} }, telegraf)).toEqual({ reason: "tags.host is missing" });
    expect(judged({ ...metric, fields: { usage_idle: 101 } }, telegraf)).toEqual({
      reason: "fields.usage_idle is outside 0 to 100",
    });
  });

  it.each([
    ["seconds", 1_767_618_000.5, 1_767_618_000_500],
    ["seconds", "1.7676180005e9", 1_767_618_000_500],
    ["microseconds", 1_767_618_000_123_456, TIME],
    ["iso_8601", "2026-01-05T14:00:00.123+01:00", TIME],
    ["iso_8601", "2026-01-05T13:00:00Z", TIME - 123],
    ["iso_8601", "2026-01-05T13:00Z", TIME - 123],
    ["iso_8601", "2024-02-29T13:00:00.123456789-18:00", 1_709_276_400_123],
    ["iso_8601", "2001-09-09T01:46:40Z", 1e12],
  ] as const)("reads times in %s", (unit, written, time) => {
    const isRaw = unit !== "iso_8601";
    const raw = isRaw ? written : JSON.stringify(written);
    const message = `{"hostname":"doc","cpu":"cpu1","usage":1,"occurred_at":${raw}}`;
    const format = { ...tutorialFormat, "source.timeUnit": unit };
    expect(judge(Buffer.from(message), TIME, format)).toMatchObject({ time });
  });

  it.each([
    "yesterday",
    "2025-02-29T12:00:00Z",
    "2025-04-31T12:00:00Z",
    "2025-12-31T24:00:00Z",
    "2025-12-31T23:59:59+18:01",
    "2025-12-31T23:59:59",
    "1969-12-31T23:59:59Z",
    "2001-09-09T01:46:39.999Z",
  ])("reports the form that a time should have: %s", (occurred_at) => {
    const reading = { hostname: "doc", cpu: "cpu1", usage: 1, occurred_at };
    expect(judged(reading, { "source.timeUnit": "iso_8601" })).toEqual({
      reason:
        "occurred_at is not in ISO 8601 with a time zone, after 2001-09-09, such as 2026-01-05T13:00:00Z",
    });
  });

  it.each([
    ["seconds", "999999999.9", "is not in seconds since 1970 (10 digits)"],
    ["seconds", "1e400", "is not a number"],
    ["milliseconds", "-176761800012", "is not in milliseconds since 1970 (13 digits)"],
    ["nanoseconds", "1767618000123456", "is not in nanoseconds since 1970 (19 digits)"],
  ] as const)("reports what is wrong with a time in %s: %s", (unit, written, wrong) => {
    const message = `{"hostname":"doc","cpu":"cpu1","usage":1,"occurred_at":${written}}`;
    const format = { ...tutorialFormat, "source.timeUnit": unit };
    expect(judge(Buffer.from(message), TIME, format)).toEqual({ reason: `occurred_at ${wrong}` });
  });
});

it.each([
  ["2999-12-31T23:59:59.999Z", "clock is ahead by 355741 days"],
  ["3000-01-01T00:00:00Z", "clock is ahead, in the year 3000 or later"],
  ["9999-12-31T23:59:59Z", "clock is ahead, in the year 3000 or later"],
  ["9999-12-31T23:59:59-18:00", "clock is ahead, in the year 3000 or later"],
])("a clock that is ahead by centuries is reported: %s", (occurred_at, reason) => {
  const reading = { hostname: "doc", cpu: "cpu1", usage: 1, occurred_at };
  expect(judged(reading, { "source.timeUnit": "iso_8601" })).toEqual({ reason });
});

describe("fields as they are written", () => {
  it.each([
    ["a number in a list", '{"a":[0,{"b":1.50}]}', "a[1].b", "1.50"],
    ["the last of repeated ones", '{"a":1,"a":2}', "a", "2"],
    ["none if the object around it is repeated without it", '{"a":{"b":1},"a":{}}', "a.b", undefined],
    ["none behind a name with a dot", '{"a.b":1}', "a.b", undefined],
    ["one whose name has escapes", '{"\\u0061":"}\\""}', "a", '"}\\""'],
  ])("are %s", (_, text, path, raw) => {
    expect(rawFields(text, [path]).get(path)).toBe(raw);
  });
});

it("the report counts reasons with an example each, and shows hosts, age and rate", () => {
  const messages = [
    { hostname: "doc", cpu: "cpu1", usage: 1, occurred_at: TIME },
    { hostname: "happy", cpu: "cpu1", usage: 101, occurred_at: TIME },
    { hostname: "happy", cpu: "cpu2", usage: 99, occurred_at: TIME + 1_000 },
    // A name that would reverse the direction of what follows it.
    { hostname: "sleepy\u202e", cpu: "cpu2", usage: 99, occurred_at: TIME },
  ];
  const lines = reportOf(
    messages.map((message, index) => ({
      judgement: judged(message),
      value: Buffer.from(JSON.stringify(message)),
      partition: 0,
      offset: String(index),
      arrivedAt: TIME + index * 500,
      isTimedByBroker: true,
    })),
    TIME + 3_000,
  );
  expect(lines).toEqual([
    "3 of 4 messages are valid readings.",
    "",
    "1 × usage is outside 0 to 100, such as the one in partition 0, offset 1:",
    `  ${JSON.stringify(messages[1])}`,
    "",
    "Hosts           3: doc, happy, sleepy\ufffd",
    "CPUs            2: cpu1, cpu2",
    "Newest reading  2 s ago",
    "Messages        2 per second",
  ]);
});

it("a report on 100,000 invalid messages counts each once", () => {
  const judgement = { reason: "not JSON" };
  const one = { judgement, value: null, partition: 0, arrivedAt: TIME, isTimedByBroker: true };
  const many = Array.from({ length: 100_000 }, (_, index) => ({ ...one, offset: String(index) }));
  const { invalid } = checkJson(many);
  expect(invalid).toEqual([{ reason: "not JSON", count: 100_000, partition: 0, offset: "0", value: null }]);
});

it("the report for programs has the same numbers, and null for unknown values", () => {
  const messages = [
    { hostname: "happy", cpu: "cpu1", usage: 101, occurred_at: TIME },
    { hostname: "doc", cpu: "cpu1", usage: 1, occurred_at: TIME },
  ];
  const all = messages.map((message, index) => ({
    judgement: judged(message),
    value: Buffer.from(JSON.stringify(message)),
    partition: 0,
    offset: String(index),
    arrivedAt: TIME,
    isTimedByBroker: true,
  }));
  const invalid = {
    reason: "usage is outside 0 to 100",
    count: 1,
    partition: 0,
    offset: "0",
    value: JSON.stringify(messages[0]),
  };
  expect(checkJson(all)).toEqual({
    messages: 2,
    valid: 1,
    invalid: [invalid],
    hostnames: ["doc"],
    cpus: ["cpu1"],
    newestReading: new Date(TIME).toISOString(),
    messagesPerSecond: null,
    timestampsBy: "broker",
  });
  expect(checkJson([])).toMatchObject({
    messages: 0,
    valid: 0,
    invalid: [],
    newestReading: null,
    timestampsBy: null,
  });
});

it("the report says that the producers set the timestamps, once the newest message has theirs", () => {
  const reading = { hostname: "doc", cpu: "cpu1", usage: 1, occurred_at: TIME };
  const timed = (isTimedByBroker: boolean, offset: string) => ({
    ...{ judgement: judged(reading), value: null, partition: 0, offset, arrivedAt: TIME },
    isTimedByBroker,
  });
  const changed = [timed(true, "0"), timed(false, "1")];
  expect(reportOf(changed, TIME).join("\n")).toContain("message.timestamp.type=CreateTime");
  expect(checkJson(changed).timestampsBy).toBe("producers");
  const remedied = [timed(false, "0"), timed(true, "1")];
  expect(reportOf(remedied, TIME).join("\n")).not.toContain("CreateTime");
  expect(checkJson(remedied).timestampsBy).toBe("broker");
});

describe("the connection in a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "check-test-"));
    vi.stubEnv("INIT_CWD", folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  const bootstrapServers = "kafka-1:9093, kafka-2:9093";
  const connectionOf = (content: unknown) => {
    writeFileSync(
      join(folder, "kafka.json"),
      typeof content === "string" ? content : JSON.stringify(content),
    );
    return connectionIn("kafka.json");
  };

  it.each([
    { protocol: "PLAINTEXT" },
    { protocol: "SSL", certificate: "<PEM>", key: "<PEM>" },
    { protocol: "SASL_SSL", mechanism: "PLAIN", username: "ada", password: "s3cret", ca: "<PEM>" },
  ])("is read from the folder where npm was called: $protocol", (security) => {
    const kafka = { bootstrapServers, security };
    expect(connectionOf({ kafka, options: { topic: "readings" } })).toEqual(kafka);
  });

  it.each([
    [
      { kafka: { bootstrapServers, security: { protocol: "SASL_SSL", username: "ada", password: 7 } } },
      [
        /kafka\.security\.mechanism in \S+kafka\.json: undefined; allowed: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512/,
        /kafka\.security\.password in \S+: "\(not shown\)"; allowed: a text/,
      ],
    ],
    [
      { kafka: { bootstrapServers: 9092, security: "PLAINTEXT" } },
      [
        /kafka\.bootstrapServers in \S+: 9092; allowed: addresses with ports, separated by commas/,
        /kafka\.security in \S+: "\(not shown\)"; allowed: \{"protocol":"PLAINTEXT"\}/,
      ],
    ],
    [
      { kafka: { bootstrapServers: "kafka-1", security: { protocol: "SASL_PLAINTEXT" } } },
      [
        /kafka\.bootstrapServers in \S+: "kafka-1"; allowed: addresses with ports/,
        /kafka\.security\.protocol in \S+: "SASL_PLAINTEXT"; allowed: PLAINTEXT, SSL or SASL_SSL/,
      ],
    ],
    [{}, [/kafka in \S+: undefined; allowed: \{"bootstrapServers":…,"security":…\}/]],
    [7, [/--config: "\S+kafka\.json"; allowed: a JSON file that holds \{"kafka":/]],
    ["password: s3cret", [/--config: "\S+kafka\.json"; allowed: .*; this one cannot be read: not JSON$/]],
  ])("is refused with everything that is wrong with it: %j", (content, problems) => {
    for (const problem of problems) expect(() => connectionOf(content)).toThrow(problem);
  });

  it("is refused with the reason if its file does not exist", () => {
    expect(() => connectionIn("kafak.json")).toThrow(
      `this one cannot be read: ENOENT: no such file or directory, open '${join(folder, "kafak.json")}'`,
    );
  });
});
