import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runGenerator } from "../../apps/generator/generator.ts";
import { parseGeneratorOptions } from "../../apps/generator/options.ts";
import { encode, readings } from "../../apps/generator/readings.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { pipelines, sourceTopic } from "../../components/pipelines.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { isAlive } from "../../provider/process/identity.ts";
import { holderOf } from "../../provider/process/ports.ts";
import { freePorts } from "../support/ports.ts";
import { TestStack } from "../support/testStack.ts";
import { consume, produce, type TestMessage, until } from "../support/topics.ts";
import {
  expectedAggregate,
  expectedFilter,
  expectedThresholdFilter,
  normalised,
  type TestReading,
} from "./expected.ts";

const thresholds = { doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70, sneezy: 80, dopey: 90 };
/** A host that sends nothing: no result depends on its threshold. */
const SILENT = { nobody: 50 };
const PARTITIONS = 3;
const PIPELINES = ["filter", "aggregate", "thresholdFilter"];
// On a window boundary, well in the past.
const EPOCH = Date.UTC(2026, 0, 5, 13, 0, 0);

// What the next `up` reads as sql/flink/pipelines/aggregate.sql, as if somebody had edited the file.
let editAggregate = (sql: string) => sql;
vi.mock("../../components/pipelineSql.ts", async (original) => {
  const module = await original<typeof import("../../components/pipelineSql.ts")>();
  return {
    ...module,
    pipelineSql: (...[pipeline, ...args]: Parameters<typeof module.pipelineSql>) => {
      const sql = module.pipelineSql(pipeline, ...args);
      return pipeline === "aggregate" ? { ...sql, statement: editAggregate(sql.statement) } : sql;
    },
  };
});

/** The local stack, from its first up to its end. Each case uses its own times and also runs alone. */
describe.sequential("the local stack", () => {
  let stack: TestStack;
  /** The outputs of the first up. */
  let changes: Record<string, number>;
  const sent: TestReading[] = [];
  /** Rows of the threshold filter from when a threshold was different. */
  const underOtherThresholds: Record<string, unknown>[] = [];

  beforeAll(async () => {
    stack = await TestStack.create({
      "kafka.partitions": PARTITIONS,
      thresholds: { ...thresholds, ...SILENT },
      pipelines: PIPELINES,
    });
    changes = await stack.up();
  });

  afterAll(async () => {
    await stack?.destroy();
    stack?.remove();
  });

  /** Sends readings as the generator does: one key per series, in order. */
  async function send(readings: readonly TestReading[]): Promise<void> {
    const messages = readings.map((reading) => ({
      key: `${reading.hostname}/${reading.cpu}`,
      value: JSON.stringify(reading),
    }));
    await produce(stack.outputs.kafka, sourceTopic, messages);
    sent.push(...readings);
  }

  /** One harmless reading per partition, so that every partition has reached that time. */
  async function advance(time: number): Promise<void> {
    const readings = Array.from({ length: PARTITIONS }, (_, partition) => ({
      hostname: "clock",
      cpu: `cpu${partition}`,
      usage: 1,
      occurred_at: time,
    }));
    const messages = readings.map(
      (reading, partition): TestMessage => ({ partition, value: JSON.stringify(reading) }),
    );
    await produce(stack.outputs.kafka, sourceTopic, messages);
    sent.push(...readings);
  }

  /** Compares all outputs with what the readings sent so far must produce; windows up to `closedUntil` have closed. */
  async function expectOutputs(closedUntil: number): Promise<void> {
    const expected = {
      filter: expectedFilter(sent),
      thresholdFilter: [...expectedThresholdFilter(sent, thresholds), ...underOtherThresholds],
      aggregate: expectedAggregate(sent, closedUntil),
    };
    for (const name of ["filter", "thresholdFilter", "aggregate"] as const) {
      const rows = await consume(stack.outputs.kafka, pipelines[name].output.topic, {
        atLeast: expected[name].length,
      });
      expect(normalised(rows)).toEqual(normalised(expected[name]));
    }
  }

  it("is deployed with every pipeline running", async () => {
    expect(Object.keys(changes)).toEqual(["create"]);
    const jobs = stack.resources("streaming:flink:SqlJob");
    expect(jobs.map(({ outputs }) => outputs.state)).toEqual(PIPELINES.map(() => "RUNNING"));
  });

  it("produces exactly the rows that follow from its input and ignores malformed messages", async () => {
    await advance(EPOCH);
    await produce(stack.outputs.kafka, sourceTopic, malformed);
    await send(readingsFrom(EPOCH, 70_000));
    await produce(stack.outputs.kafka, sourceTopic, malformed);
    await advance(EPOCH + 100_000);
    await expectOutputs(EPOCH + 90_000);
  });

  it("changes nothing in a second up", async () => {
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("follows a threshold that psql changes within 5 seconds", async () => {
    const { kafka, postgres } = stack.outputs;
    await withPostgres(postgres, (client) =>
      client.query("UPDATE cpu_thresholds SET allowed_top = 25 WHERE hostname = 'dopey'"),
    );
    await sleep(5_000);
    await send([{ hostname: "dopey", cpu: "cpu9", usage: 26, occurred_at: EPOCH + 100_500 }]);
    const row = { time_ltz: EPOCH + 100_500, hostname: "dopey", cpu: "cpu9", usage: 26, threshold: 25 };
    underOtherThresholds.push(row);
    const expected = [...expectedThresholdFilter(sent, thresholds), ...underOtherThresholds];
    const rows = await consume(kafka, pipelines.thresholdFilter.output.topic, { atLeast: expected.length });
    expect(normalised(rows)).toContain(normalised([row])[0]);
    await withPostgres(postgres, (client) =>
      client.query("UPDATE cpu_thresholds SET allowed_top = 90 WHERE hostname = 'dopey'"),
    );
    // The next cases rely on this threshold, and Flink caches the other one.
    await sleep(5_000);
  });

  it("keeps a row edited with psql when an up changes another one, and shows the drift", async () => {
    await withPostgres(stack.outputs.postgres, (client) =>
      client.query(
        "UPDATE cpu_thresholds SET allowed_top = 77 WHERE hostname = 'happy'; INSERT INTO cpu_thresholds VALUES ('prince', 5)",
      ),
    );
    await stack.refresh();
    const [table] = stack.resources("streaming:postgres:ThresholdTable");
    expect(table?.outputs.actual).toMatchObject({ happy: 77, prince: 5 });
    await stack.set({ thresholds: { ...thresholds, nobody: 51 } });
    expect(await stack.up()).toMatchObject({ update: 1 });
    const { rows } = await withPostgres(stack.outputs.postgres, (client) =>
      client.query("SELECT hostname, allowed_top FROM cpu_thresholds ORDER BY hostname"),
    );
    const now = Object.fromEntries(rows.map(({ hostname, allowed_top }) => [hostname, allowed_top]));
    expect(now).toEqual({ ...thresholds, nobody: 51, happy: 77, prince: 5 });
    await withPostgres(stack.outputs.postgres, (client) =>
      client.query(
        "UPDATE cpu_thresholds SET allowed_top = 70 WHERE hostname = 'happy'; DELETE FROM cpu_thresholds WHERE hostname = 'prince'",
      ),
    );
  });

  /**
   * Kills servers within a window, and compares the outputs after the `up` that restarts them.
   *
   * @param noticed is called while they are dead
   */
  async function restarts(names: readonly string[], start: number, noticed = async () => {}): Promise<void> {
    await advance(start);
    await send(readingsFrom(start, 20_000));
    const servers = () => stack.servers().filter(({ name }) => names.includes(name));
    expect(servers()).toHaveLength(names.length);
    for (const server of servers()) {
      process.kill(server.pid, "SIGKILL");
      await until(() => !isAlive(server), `the end of ${server.name}`);
    }

    await noticed();
    await stack.up();
    expect(stack.servers().filter((server) => !server.running || !isAlive(server))).toEqual([]);

    await advance(start + 20_000);
    await send(readingsFrom(start + 20_000, 20_000));
    await advance(start + 90_000);
    await until(async () => (await runningJobs(stack)) === 3, "three running jobs");
    await expectOutputs(start + 80_000);
  }

  // The oracle does the same with the TaskManager.
  it("restarts PostgreSQL, OpenSearch and the SQL gateway after kill -9 without losing or duplicating a row", async () => {
    const names = ["postgres-server", "openSearch-node", "flink-sql-gateway"];
    await restarts(names, EPOCH + 300_000, async () => {
      await stack.refresh();
      const dead = stack.servers().filter(({ running }) => !running);
      expect(dead.map(({ name }) => name).sort()).toEqual(names.toSorted());
    });
  });

  it("restarts the JobManager after kill -9 without losing or duplicating a row", async () => {
    await restarts(["flink-jobmanager"], EPOCH + 400_000);
  });

  it("restarts Kafka after kill -9 without losing or duplicating a row, or a reading of the generator", async () => {
    const { kafka } = stack.outputs;
    const topic = "generator-test";
    await topicHandler.create(
      { connection: kafka, topic, partitions: 3, replicationFactor: 1, config: {} },
      topic,
    );
    const options = parseGeneratorOptions({ topic, rate: 250, count: 5_000, start: Date.now() });
    const run = runGenerator({ connection: kafka, options, signal: new AbortController().signal });
    await sleep(3_000);
    await restarts(["kafka-broker"], EPOCH + 600_000);
    expect((await run).sent).toBe(5_000);

    const received = (await consume(kafka, topic)).map((reading) => JSON.stringify(reading));
    expect(received.toSorted()).toEqual([...readings(options)].map(encode).toSorted());
    const newest = new Map<string, number>();
    for (const { hostname, cpu, occurred_at } of received.map((text) => JSON.parse(text) as TestReading)) {
      const series = `${hostname}/${cpu}`;
      expect(occurred_at).toBeGreaterThan(newest.get(series) ?? 0);
      newest.set(series, occurred_at);
    }
  });

  it("moves Flink to another web port without losing or duplicating a row", async () => {
    const start = EPOCH + 800_000;
    await advance(start);
    await send(readingsFrom(start, 20_000));
    const [port] = await freePorts(1);
    await stack.set({ "flink.webPort": port });
    await stack.up();
    expect(stack.outputs.flink.webUrl).toBe(`http://127.0.0.1:${port}`);
    expect(await runningJobs(stack)).toBe(3);
    expect(Object.keys(await stack.up())).toEqual(["same"]);

    await advance(start + 20_000);
    await send(readingsFrom(start + 20_000, 20_000));
    await advance(start + 90_000);
    await expectOutputs(start + 80_000);
  });

  it("keeps the state of open windows when a statement changes", async () => {
    const start = EPOCH + 900_000;
    await advance(start);
    await send(readingsFrom(start, 15_000));
    await until(async () => (await committed(stack)) >= sent.length, "the readings to be read");
    editAggregate = (sql) =>
      sql.replace("WHERE time_ltz IS NOT NULL", "WHERE time_ltz IS NOT NULL AND usage >= 0");
    expect(await stack.up()).toMatchObject({ update: 1 });
    const [job] = stack
      .resources("streaming:flink:SqlJob")
      .filter(({ urn }) => urn.endsWith("cpu-aggregate"));
    expect(job?.outputs.startedFrom).toMatch(/savepoint/);

    await advance(start + 15_000);
    await send(readingsFrom(start + 15_000, 10_000));
    await advance(start + 90_000);
    await expectOutputs(start + 80_000);
  });

  it("refuses fewer partitions before anything changes", async () => {
    await stack.set({ "kafka.partitions": PARTITIONS - 1 });
    await expect(stack.up()).rejects.toThrow(/cannot go down to 2: Kafka never removes partitions/);
    await stack.set({ "kafka.partitions": PARTITIONS });
  });

  it("counts readings in partitions that an up has just added", { timeout: 180_000 }, async () => {
    await stack.set({ "kafka.partitions": 2 * PARTITIONS });
    await stack.up();
    const hosts = Array.from({ length: 40 }, (_, index) => `new${index}`);
    // Event time passes as fast as real time: the window is open long enough for Flink to notice the partitions.
    const border = EPOCH + 1_200_000;
    const behind = Date.now() - (border - 5_000);
    const now = () => Date.now() - behind;
    while (now() < border + 11_000) {
      await send(hosts.map((hostname) => ({ hostname, cpu: "cpu1", usage: 1, occurred_at: now() })));
      await sleep(1_000);
    }
    const window = new Date(border - 30_000).toISOString().slice(0, 19).replace("T", " ");
    const counted = async () => {
      const rows = await consume(stack.outputs.kafka, pipelines.aggregate.output.topic);
      return new Set(
        rows.filter(({ window_start }) => window_start === window).map(({ hostname }) => hostname),
      );
    };
    await until(async () => (await counted()).size >= hosts.length, "the window of the added partitions");
    expect(await counted()).toEqual(new Set(hosts));
  });

  it("names the setting that allows a fresh start when the state does not fit, and keeps the job running", async () => {
    editAggregate = (sql) =>
      sql.replace(
        "AVG(usage), MAX(usage)",
        "CAST(COUNT(DISTINCT usage) AS DOUBLE), MAX(usage) + AVG(usage) + SUM(usage)",
      );
    await expect(stack.up()).rejects.toThrow(/freshStart: \[aggregate\]/);
    expect(await runningJobs(stack)).toBe(3);

    await stack.set({ freshStart: ["aggregate"] });
    await stack.up();
    expect(await runningJobs(stack)).toBe(3);
  });

  it("recreates what somebody dropped, reports it, and continues", { timeout: 180_000 }, async () => {
    const { kafka, postgres } = stack.outputs;
    const dropped = [sourceTopic, pipelines.filter.output.topic];
    const admin = kafkaClient(kafka, "test").admin();
    await admin.connect();
    await admin.deleteTopics({ topics: dropped });
    await until(
      async () => !(await admin.listTopics()).some((topic) => dropped.includes(topic)),
      "topics gone",
    );
    await admin.disconnect();
    await withPostgres(postgres, (client) => client.query("DROP TABLE cpu_thresholds"));
    await stack.up();
    expect(stack.notes.toSorted()).toEqual([
      expect.stringMatching(
        /^the table cpu_thresholds was missing from PostgreSQL at .* thresholds of the settings/,
      ),
      ...dropped.map((topic) =>
        expect.stringMatching(new RegExp(`^the topic ${topic} was missing from Kafka at `)),
      ),
    ]);
    // Jobs that had not noticed it yet when they were looked at restart only now.
    await until(async () => (await runningJobs(stack)) === 3, "three running jobs");
    const reading = { hostname: "doc", cpu: "cpu1", usage: 99, occurred_at: Date.now() };
    await produce(kafka, sourceTopic, [{ value: JSON.stringify(reading) }]);
    const row = normalised([{ time_ltz: reading.occurred_at, hostname: "doc", cpu: "cpu1", usage: 99 }]);
    expect(normalised(await consume(kafka, pipelines.filter.output.topic, { atLeast: 1 }))).toEqual(row);
  });

  it("lists every wrong setting at once and creates nothing", async () => {
    await stack.set({ "kafka.partitions": 0 });
    await stack.set({ pipelines: ["filter", "filtre"] });
    await expect(stack.up()).rejects.toThrow(
      /pipelines is \["filter","filtre"\].*\n.*kafka\.partitions is 0; allowed is/,
    );
    await stack.set({ "kafka.partitions": 2 * PARTITIONS });
    await stack.set({ pipelines: PIPELINES });
  });

  it("leaves no process, port or file behind", async () => {
    const servers = stack.servers();
    expect(servers.length).toBe(6);
    await stack.destroy();
    expect(servers.filter((server) => isAlive(server))).toEqual([]);
    expect(stack.ports.map(holderOf).filter(Boolean)).toEqual([]);
    expect(servers.filter(({ directory }) => existsSync(directory))).toEqual([]);
    expect(existsSync(`${stack.directory}/data`) ? readdirSync(`${stack.directory}/data`) : []).toEqual([]);
  });
});

/** Seven hosts, two CPUs, one reading per second: under, at and over 80 and each threshold. */
function readingsFrom(start: number, lengthMs: number): TestReading[] {
  const hosts = [...Object.keys(thresholds), "unknown"];
  const readings: TestReading[] = [];
  for (let time = start; time < start + lengthMs; time += 1_000) {
    for (const [index, hostname] of hosts.entries()) {
      const cpu = `cpu${(index % 2) + 1}`;
      const second = (time - start) / 1_000;
      const usages = [10.5, 80, 80.0000001, 99.25, thresholds[hostname as "doc"] ?? 55, 0, 100];
      readings.push({
        hostname,
        cpu,
        usage: usages[(second + index) % usages.length] ?? 0,
        occurred_at: time + index,
      });
    }
  }
  return readings;
}

const malformed: TestMessage[] = [
  "not JSON",
  "",
  "{",
  "[]",
  "null",
  "42",
  '{"hostname":"doc","cpu":"cpu1","usage":99}',
  '{"hostname":"doc","cpu":"cpu1","usage":"much","occurred_at":1767618000000}',
  '{"hostname":"doc","cpu":"cpu1","usage":99,"occurred_at":"soon"}',
  '{"hostname":"doc","cpu":"cpu1","usage":101,"occurred_at":1767618000000}',
  '{"hostname":"doc","cpu":"cpu1","usage":-1,"occurred_at":1767618000000}',
  '{"hostname":"doc","cpu":"cpu1","usage":99,"occurred_at":1767618000}',
  '{"hostname":"doc","cpu":"cpu1","usage":99,"occurred_at":253402300799000}',
  '{"hostname":"doc","cpu":"cpu1","usage":99,"occurred_at":9223372036854775807}',
  '{"hostname":"doc","cpu":"cpu1","usage":"99","occurred_at":1767618000000}',
  '{"hostname":null,"cpu":"cpu1","usage":99,"occurred_at":1767618000000}',
  '{"cpu":"cpu1","usage":99,"occurred_at":1767618000000}',
  null,
  Buffer.from([0xff, 0xfe, 0x00]),
].map((value) => ({ value }));

async function runningJobs(stack: TestStack): Promise<number> {
  const response = await fetch(`${stack.outputs.flink.webUrl}/jobs/overview`);
  const { jobs } = (await response.json()) as { jobs: { state: string; tasks: Record<string, number> }[] };
  return jobs.filter(({ state, tasks }) => state === "RUNNING" && tasks.running === tasks.total).length;
}

/** How many messages of the source the consumer group of `aggregate` has committed. */
async function committed(stack: TestStack): Promise<number> {
  const { kafkaClient } = await import("../../clients/kafka/client.ts");
  const admin = kafkaClient(stack.outputs.kafka, "test").admin();
  await admin.connect();
  const [topic] = await admin.fetchOffsets({ groupId: "test-aggregate", topics: [sourceTopic] });
  await admin.disconnect();
  return topic?.partitions.reduce((sum, { offset }) => sum + Math.max(Number(offset), 0), 0) ?? 0;
}
