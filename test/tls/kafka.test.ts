import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGenerator } from "../../apps/generator/generator.ts";
import { parseGeneratorOptions } from "../../apps/generator/options.ts";
import { runNotifier } from "../../apps/notifier/notifier.ts";
import { parseNotifierOptions } from "../../apps/notifier/options.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { followTopics } from "../../clients/results/followTopics.ts";
import { MUST_BE_FIXED } from "../../lib/exitCodes.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { testCertificates } from "../support/certificates.ts";
import type { Role } from "../support/kafkaAcls.ts";
import { kafkaMistakes } from "../support/kafkaMistakes.ts";
import { type Listener, SecureKafka } from "../support/secureKafka.ts";
import { NotifierBench, timeOf } from "../support/slackNotifier.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { consume, until } from "../support/topics.ts";

const SOURCE = "cpu_load_stats_real";
const ALERTS = { alertsTopic: "cpu_alerts" };
const certificates = testCertificates();
let kafka: SecureKafka;

beforeAll(async () => {
  kafka = await SecureKafka.start({ certificates });
  await kafka.createTopics(SOURCE, "cpu_alerts");
});
afterAll(() => kafka?.remove());

/** Runs something until it is aborted. */
type Run = (connection: KafkaConnection, signal?: AbortSignal) => Promise<unknown>;

const generate: Run = (connection, signal = AbortSignal.timeout(20_000)) =>
  runGenerator({ connection, options: parseGeneratorOptions({ count: 200, backfill: "1m" }), signal });
const notify: Run = (connection, signal = AbortSignal.timeout(20_000)) =>
  runNotifier({ connection, options: parseNotifierOptions(ALERTS), signal });
const follow: Run = (connection, signal = AbortSignal.timeout(20_000)) =>
  followTopics(connection, new Map([[SOURCE, "filter"]]), { signal, fromBeginning: true }, () => {});
const topic = (connection: KafkaConnection, name = SOURCE) => ({
  connection,
  topic: name,
  partitions: 1,
  replicationFactor: 1,
  config: { "retention.ms": "60000" },
});

describe("over TLS, with only the permissions it needs,", () => {
  it.each<[Listener, number]>([
    ["SASL_SSL", 200],
    ["SSL", 400],
  ])("the generator writes over %s", async (listener, total) => {
    expect(await generate(kafka.connectionFor("generator", listener))).toMatchObject({ sent: 200 });
    const connection = kafka.connectionFor("dashboard", listener);
    expect(await consume(connection, SOURCE)).toHaveLength(total);
  });

  it("the notifier reads, posts, and continues after a restart", async () => {
    const bench = await NotifierBench.create(kafka.connectionFor("admin"), kafka.connectionFor("notifier"));
    try {
      await kafka.allow("notifier", { [bench.topic]: "read" });
      const first = await bench.start().ready();
      await bench.write(["raised", "dopey/cpu4", 0]);
      expect(await bench.toldSoFar(1)).toEqual([`raised dopey/cpu4 ${timeOf(0)}`]);
      expect(await first.terminate()).toBe(0);
      const second = await bench.start().ready();
      await second.says("active: 1 ongoing alerts, 0 silenced, 1 messages so far");
      await bench.write(["cleared", "dopey/cpu4", 1, 0]);
      expect((await bench.toldSoFar(2))[1]).toBe(`cleared dopey/cpu4 ${timeOf(1)}`);
    } finally {
      await bench.close();
    }
  });

  it("the provider creates, changes and deletes a topic", async () => {
    const inputs = topic(kafka.connectionFor("admin"), "made_over_tls");
    const { state } = await topicHandler.create(inputs, "name");
    const updated = await topicHandler.update("id", state, { ...inputs, partitions: 2 });
    expect(await topicHandler.read("id", updated)).toMatchObject({ partitions: 2 });
    await topicHandler.delete("id", updated);
    expect(await topicHandler.read("id", updated)).toBe(undefined);
  });
});

describe.each<[string, Role, Run]>([
  ["the generator", "generator", generate],
  ["the notifier", "notifier", notify],
  ["npm run watch", "dashboard", follow],
  ["the provider", "admin", (connection) => topicHandler.create(topic(connection), "name")],
  // A broker that is away leaves the state as it is; one that rejects us must not look like that.
  ["a refresh", "admin", (connection) => topicHandler.read("id", topic(connection))],
])("%s ends at once", (_name, role, run) => {
  it.concurrent.each(kafkaMistakes(certificates))(
    "with one sentence at %s",
    async (_what, listener, change, sentence) => {
      const { bootstrapServers, security } = kafka.connectionFor(role, listener);
      const connection = { bootstrapServers, security: { ...security, ...change(role) } } as KafkaConnection;
      expect(await failureOf(run(connection))).toBe(sentence(`Kafka at ${bootstrapServers}`, role));
    },
  );
});

describe("without the permission", () => {
  const server = () => `Kafka at ${kafka.connectionFor("admin").bootstrapServers}`;

  it("to write, the generator reports it", async () => {
    expect(await failureOf(generate(kafka.connectionFor("flink", "SASL_SSL")))).toBe(
      `${server()} does not allow flink to write to the topic ${SOURCE} (TOPIC_AUTHORIZATION_FAILED): grant the user that permission`,
    );
    // May read the topic, so that it can see it.
    expect(await failureOf(generate(kafka.connectionFor("dashboard")))).toBe(
      `${server()} does not allow dashboard to write to the topic ${SOURCE} (CLUSTER_AUTHORIZATION_FAILED): grant the user that permission`,
    );
  });

  it("to see its topics, the notifier reports it and waits", async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const run = runNotifier({
      connection: kafka.connectionFor("generator"),
      options: parseNotifierOptions(ALERTS),
      onReport: (line) => lines.push(line),
      signal: stop.signal,
    });
    await until(() => lines.length >= 2, "a line");
    stop.abort();
    await run;
    expect(lines[1]).toBe(
      "waiting for the topic cpu_alerts: it does not exist, or we are not allowed to read it",
    );
  });

  it("to use a consumer group, the notifier ends", async () => {
    const bench = await NotifierBench.create(kafka.connectionFor("admin"), kafka.connectionFor("generator"));
    try {
      await kafka.allow("generator", { [bench.topic]: "write" });
      await bench.write(["raised", "dopey/cpu4", 0]);
      const notifier = bench.start();
      expect(await notifier.exit).toBe(MUST_BE_FIXED);
      expect(notifier.output).toMatch(
        /does not allow generator to read the topic \S+ by the consumer group \S+ \(GROUP_AUTHORIZATION_FAILED\): grant/,
      );
      // A sentence, no stack trace.
      expect(notifier.output).not.toContain("    at ");
      expect(bench.told).toEqual([]);
    } finally {
      await bench.close();
    }
  });

  it("to use a consumer group, npm run watch reports it", async () => {
    expect(await failureOf(follow(kafka.connectionFor("generator")))).toBe(
      `${server()} does not allow generator to read the topics ${SOURCE} (GROUP_AUTHORIZATION_FAILED): grant the user that permission`,
    );
  });

  it("to create topics, the provider reports it", async () => {
    const create = topicHandler.create(topic(kafka.connectionFor("generator"), "new"), "name");
    expect(await failureOf(create)).toBe(
      `${server()} does not allow generator to manage the topic new (TOPIC_AUTHORIZATION_FAILED): grant the user that permission`,
    );
  });
});
