import { expect, inject, it } from "vitest";
import { tutorialFormat } from "../../components/source/sourceFormat.ts";
import { deep, escapes, kinds } from "../oracle/cases/malformed.ts";
import { agrees, CLOCK_AHEAD, describeDifference, differs } from "./comparison.ts";
import { BOTH, type Decoded, decode } from "./decoders.ts";
import { ARRIVAL, damaged, randomMessages } from "./messages.ts";

const services = inject("services");
const COUNT = 100_000;
const SEED = 1;

it("both decoders find the same in 100,000 random messages, which is what the model finds", {
  timeout: 300_000,
}, async () => {
  const messages = randomMessages(COUNT, SEED);
  const [format = [], text = []] = await decode(services, messages, BOTH);
  const first = messages.findIndex((message, index) => differs(message, format[index], text[index]));
  if (first >= 0) expect.fail(await describeDifference(services, messages[first] ?? null));
  // There is not only one answer.
  expect(format.filter(({ isValid }) => isValid).length).toBeGreaterThan(COUNT / 5);
  expect(new Set(format.map(({ reason }) => reason)).size).toBeGreaterThan(15);
});

it("both decoders say the same about each unusual message", async () => {
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

/** How others write a reading: Telegraf, Metricbeat (docs/own-data.md), and one with a list. */
const OTHERS = [
  {
    format: {
      ...tutorialFormat,
      "source.hostname": "tags.host",
      "source.cpu": "tags.cpu",
      "source.usage": "fields.usage_idle",
      "source.time": "timestamp",
      "source.usageForm": "idle",
      "source.timeUnit": "seconds",
    },
    write: (usage: string, time: number) =>
      `{"fields":{"usage_idle":${usage},"usage_user":1},"name":"cpu","tags":{"cpu":"cpu0","host":"web"},"timestamp":${time / 1_000}}`,
  },
  {
    format: {
      ...tutorialFormat,
      "source.hostname": "host.name",
      "source.cpu": "metricset.name",
      "source.usage": "system.cpu.total.norm.pct",
      "source.time": "@timestamp",
      "source.usageForm": "fraction",
      "source.timeUnit": "iso_8601",
    },
    write: (usage: string, time: number) =>
      `{"@timestamp":"${new Date(time).toISOString()}","metricset":{"name":"cpu","period":10000},"host":{"name":"web"},"system":{"cpu":{"cores":4,"total":{"pct":0.4,"norm":{"pct":${usage.length < 6 ? Number(usage) / 100 : usage}}}}}}`,
  },
  {
    format: {
      ...tutorialFormat,
      "source.cpu": "cores[1].id",
      "source.usage": "cores[1].load",
      "source.timeUnit": "nanoseconds",
    },
    write: (usage: string, time: number) =>
      `{"hostname":"doc","cores":[{},{"id":"7","load":${usage}}],"occurred_at":${time}123456}`,
  },
] as const;

it("the format reads other messages as the settings source.* say, and npm run check agrees", async () => {
  const messages = OTHERS.map(({ write }, index) => damaged(write, 1_000, index));
  const all = messages.flat();
  const decoded = await decode(
    services,
    all,
    OTHERS.map(({ format }) => ({ format })),
  );
  OTHERS.forEach(({ format }, index) => {
    const own = decoded[index] ?? [];
    const wrong = all.flatMap((message, at) => {
      const found = own[at];
      return found !== undefined && agrees(message, found, format) ? [] : [[String(message), found]];
    });
    expect(wrong[0]).toBeUndefined();
    expect(own.filter(({ isValid }) => isValid).length).toBeGreaterThan(200);
  });
});
