import { expect, inject, it } from "vitest";
import { type SourceFormat, tutorialFormat } from "../../components/source/sourceFormat.ts";
import { judge } from "../../lib/reading/judge.ts";
import { deep, escapes, kinds } from "../oracle/cases/malformed.ts";
import { agrees, CLOCK_AHEAD, describeDifference, differs, same } from "./comparison.ts";
import { BOTH, type Decoded, decode } from "./decoders.ts";
import { ARRIVAL, damaged, randomMessages, type Writer } from "./messages.ts";

const services = inject("services");
const COUNT = 100_000;
const SEED = 1;

it("both decoders agree with each other and with the model on 100,000 random messages", {
  timeout: 300_000,
}, async () => {
  const messages = randomMessages(COUNT, SEED);
  const [format = [], text = []] = await decode(services, messages, BOTH);
  const first = messages.findIndex((message, index) => differs(message, format[index], text[index]));
  if (first >= 0) expect.fail(await describeDifference(services, messages[first] ?? null));
  // More than one result occurs.
  expect(format.filter(({ isValid }) => isValid).length).toBeGreaterThan(COUNT / 5);
  expect(new Set(format.map(({ reason }) => reason)).size).toBeGreaterThan(15);
});

it("both decoders agree on each unusual message", async () => {
  const unusual = [...kinds, ...escapes, deep];
  const values = unusual
    .map(({ value }) => value(ARRIVAL))
    .map((value) => (value === null ? null : Buffer.from(value)));
  const [format = [], text = []] = await decode(services, values, BOTH);
  const said = (decoded: readonly Decoded[]) =>
    unusual.map(({ name, reason }, index) => {
      const { reason: found, isValid } = decoded[index] ?? {};
      if (CLOCK_AHEAD.test(reason ?? "") && found === null && !isValid) return [name, reason];
      return [name, isValid ? undefined : found];
    });
  const expected = unusual.map(({ name, reason }) => [name, reason]);
  expect(said(format)).toEqual(expected);
  expect(said(text)).toEqual(expected);
});

/** How others write a reading: Telegraf and Metricbeat (docs/own-data.md), one with a list, one with unusual names. */
const OTHERS: readonly { name: string; format: SourceFormat; write: Writer }[] = [
  {
    name: "Telegraf",
    format: {
      ...tutorialFormat,
      "source.hostname": "tags.host",
      "source.cpu": "tags.cpu",
      "source.usage": "fields.usage_idle",
      "source.time": "timestamp",
      "source.usageForm": "idle",
      "source.timeUnit": "seconds",
    },
    write: ({ hostname, cpu, usage, time }) =>
      `{"fields":{"usage_idle":${usage},"usage_user":1},"name":"cpu","tags":{"cpu":${cpu},"host":${hostname}},"timestamp":${time}}`,
  },
  {
    name: "Metricbeat",
    format: {
      ...tutorialFormat,
      "source.hostname": "host.name",
      "source.cpu": "metricset.name",
      "source.usage": "system.cpu.total.norm.pct",
      "source.time": "@timestamp",
      "source.usageForm": "fraction",
      "source.timeUnit": "iso_8601",
    },
    write: ({ hostname, cpu, usage, time }) =>
      `{"@timestamp":${time},"metricset":{"name":${cpu},"period":10000},"host":{"name":${hostname}},"system":{"cpu":{"cores":4,"total":{"pct":0.4,"norm":{"pct":${usage}}}}}}`,
  },
  {
    name: "a list of CPUs",
    format: {
      ...tutorialFormat,
      "source.cpu": "cores[1].id",
      "source.usage": "cores[1].load",
      "source.timeUnit": "nanoseconds",
    },
    write: ({ hostname, cpu, usage, time }) =>
      `{"hostname":${hostname},"cores":[{},{"id":${cpu},"load":${usage}}],"occurred_at":${time}}`,
  },
  {
    name: "names of several characters",
    format: {
      ...tutorialFormat,
      "source.hostname": "0/host-name",
      "source.cpu": "a:b.c@d",
      "source.usage": "usage",
      "source.time": "times[0][1]",
      "source.usageForm": "idle",
      "source.timeUnit": "microseconds",
    },
    write: ({ hostname, cpu, usage, time }) =>
      `{"times":[[1,${time}]],"usage":${usage},"a:b":{"c@d":${cpu}},"0/host-name":${hostname}}`,
  },
  {
    name: "the tutorial's names",
    format: { ...tutorialFormat, "source.usageForm": "fraction" },
    write: ({ hostname, cpu, usage, time }) =>
      `{"hostname":${hostname},"cpu":${cpu},"usage":${usage},"occurred_at":${time}}`,
  },
];

it.each(OTHERS)(
  "both decoders agree on messages in another format, and so does npm run check: $name",
  async ({ format, write }) => {
    const messages = damaged(write, format, 3_000, SEED);
    const decodings = BOTH.map((decoder) => ({ ...decoder, format }));
    const [java = [], sql = []] = await decode(services, messages, decodings);
    const wrong = messages.flatMap((message, at) => {
      const [found, other] = [java[at], sql[at]];
      const isAgreed = found !== undefined && agrees(message, found, format);
      return isAgreed && same(found, other ?? {})
        ? []
        : [{ message: String(message), found, other, check: judge(message, ARRIVAL, format) }];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(java.filter(({ isValid }) => isValid).length).toBeGreaterThan(300);
    expect(new Set(java.map(({ reason }) => reason)).size).toBeGreaterThan(12);
  },
);
