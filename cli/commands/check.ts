import { readConfig } from "../../apps/shared/readConfig.ts";
import { problemsText } from "../../apps/shared/readOptions.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { newestRecords } from "../../clients/kafka/recentRecords.ts";
import { isTimedByBroker } from "../../clients/kafka/timestampType.ts";
import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { sourceTopic } from "../../components/pipelines.ts";
import { givenPath } from "../../lib/givenPath.ts";
import { type Judgement, judge } from "../../lib/reading/judge.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import { readOutputs } from "../engine/outputs.ts";
import { secretOfFile } from "../engine/secrets.ts";
import { withStack } from "../engine/stack.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { checkJson, reportOf } from "../output/check.ts";

export interface CheckOptions {
  readonly stack: string;
  /** File with the connection to a Kafka; without it, the stack's Kafka, or the one in its settings. */
  readonly config?: string;
  /** Without it, the topic of the stack's readings. */
  readonly topic?: string;
  readonly messages: string;
  readonly json: boolean;
}

const MOST_MESSAGES = 100_000;
const WITHIN_MS = 30_000;
const HEARTBEAT = /^\{"heartbeat": ?\d{13}\}$/;

/** Reports what the pipelines would make of a topic's newest messages. Exits with 1 if none is a valid reading. */
export async function check({ stack: name, config, topic, messages, json }: CheckOptions): Promise<void> {
  const count = Number(messages);
  if (!Number.isInteger(count) || count < 1 || count > MOST_MESSAGES) {
    throw new UsageError(`--messages is ${messages}; allowed is a whole number from 1 to ${MOST_MESSAGES}`);
  }
  const file = await stackFile(name);
  const settings = await stackSettings(file);
  const hosts = new StackHosts({ settings, stack: name, secret: secretOfFile(file) });
  const source = topic ?? hosts.names.topic(sourceTopic);
  const kafka = config === undefined ? await kafkaOf(name, hosts) : connectionIn(config);
  const records = await newestRecords(kafka, source, count, WITHIN_MS);
  const judged = records
    .filter(({ message }) => !HEARTBEAT.test(String(message.value)))
    .map(({ message, partition }) => {
      const arrivedAt = Number(message.timestamp);
      const judgement: Judgement = judge(message.value, arrivedAt, settings);
      const { value, offset } = message;
      return { judgement, value, partition, offset, arrivedAt, isTimedByBroker: isTimedByBroker(message) };
    });
  if (judged.every(({ judgement }) => "reason" in judgement)) process.exitCode = 1;
  if (json) {
    const place = { stack: name, topic: source, bootstrapServers: kafka.bootstrapServers };
    console.log(JSON.stringify({ ...place, ...checkJson(judged) }, null, 2));
    return;
  }
  console.log(`Topic ${source} at ${kafka.bootstrapServers}`);
  if (judged.length === 0) {
    console.log("No messages yet.");
    return;
  }
  console.log(reportOf(judged, Date.now()).join("\n"));
  if (process.exitCode !== 1) return;
  console.log(
    `\nThe settings source.* in Pulumi.${name}.yaml say where a message has its fields: docs/own-data.md`,
  );
}

/** The Kafka of the deployed stack, or else the one in its settings. */
async function kafkaOf(name: string, hosts: StackHosts): Promise<KafkaConnection> {
  try {
    return await withStack(name, async (stack) => (await readOutputs(stack)).kafka);
  } catch (error) {
    const kafka = error instanceof UserError ? await hosts.kafkaBefore() : undefined;
    if (kafka === undefined) throw error;
    return kafka;
  }
}

/**
 * The connection in a config file of the apps.
 *
 * @throws UserError with everything that is wrong with the file
 */
export function connectionIn(file: string): KafkaConnection {
  const read = readConfig(givenPath(file));
  if ("config" in read) return read.config.kafka;
  throw new UserError(problemsText("check", read.problems));
}
