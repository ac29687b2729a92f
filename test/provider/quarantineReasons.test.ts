import { afterAll, expect, inject, it } from "vitest";
import { parseFlinkTime } from "../../clients/flink/time.ts";
import { newestRecords } from "../../clients/kafka/recentRecords.ts";
import { tutorialFormat } from "../../components/source/sourceFormat.ts";
import { judge } from "../../lib/reading/judge.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { produce, until } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const format = { ...tutorialFormat, "source.timeUnit": "iso_8601" } as const;
const jobs: string[] = [];
const used: OwnTopics<string>[] = [];

afterAll(async () => {
  await cancelAll(jobs);
  for (const topics of used) await topics.delete();
});

const TIMES = [
  "2999-12-31T23:59:59.999Z",
  "3000-01-01T00:00:00Z",
  "6110-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "9999-12-31T23:59:59-18:00",
];

it.each([true, false])(
  "a clock that is ahead by centuries has the same reason in the quarantine as in npm run check, with the format reading: %s",
  async (hasReadingFormat) => {
    const topics = new OwnTopics(kafka, ["cpu_load_stats_real", "cpu_load_stats_real_quarantine"]);
    used.push(topics);
    await topics.create();
    const job = pipelineJob("quarantine", services, SQL_VALUES, { hasReadingFormat, format });
    jobs.push(job.job);
    await create({ ...job, tables: job.tables.map((ddl) => topics.table(ddl)) });
    const values = TIMES.map((occurred_at) =>
      JSON.stringify({ hostname: "doc", cpu: "cpu1", usage: 1, occurred_at }),
    );
    await produce(
      kafka,
      topics.of("cpu_load_stats_real"),
      values.map((value) => ({ value })),
    );
    const quarantine = topics.of("cpu_load_stats_real_quarantine");
    let found: [message: string, reason: string, expected: unknown][] = [];
    await until(async () => {
      const records = await newestRecords(kafka, quarantine, 100, 5_000);
      found = records.map(({ message: { value, headers } }) => {
        const arrivedAt = parseFlinkTime(String(headers?.time)) ?? 0;
        return [String(value), String(headers?.reason), judge(value, arrivedAt, format)];
      });
      return found.length >= TIMES.length;
    }, "the quarantined messages");
    expect(found.map(([message]) => message)).toEqual(values);
    expect(found.map(([, reason]) => ({ reason }))).toEqual(found.map(([, , expected]) => expected));
    expect(found.map(([, reason]) => reason.replace(/\d+ days/, "… days"))).toEqual([
      "clock is ahead by … days",
      ...Array(4).fill("clock is ahead, in the year 3000 or later"),
    ]);
  },
);
