import type { OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import type { Output } from "../../clients/results/output.ts";
import type { AppConfig, FlinkAccess } from "../../components/contract.ts";
import { pipelines } from "../../components/pipelines.ts";
import type { SourceFormat } from "../../components/source/sourceFormat.ts";
import { isPlaced, stateResources } from "../../components/stateResources.ts";
import { UserError } from "../../lib/userError.ts";

/** What index.ts returns, in plain form: how to reach a stack. Hosts add outputs of their own. */
export interface StackOutputs {
  readonly kafka: KafkaConnection;
  readonly postgres: PostgresConnection;
  /** Absent if the stack runs none. */
  readonly openSearch?: OpenSearchConnection;
  readonly flink: FlinkAccess;
  /** Address of the live page; absent if nobody here serves it. */
  readonly pageUrl?: string;
  /**
   * What apps/generator, apps/notifier and apps/page take as their `--config`, to run them anywhere. There is none for the
   * generator if others write the readings' topic.
   */
  readonly generator?: AppConfig;
  /** Absent if the stack has no notifier. */
  readonly notifier?: AppConfig;
  /** Absent if the last `up` was by a version without a page. */
  readonly page?: AppConfig;
  readonly sourceTopic: string;
  /** How readings are written; absent if the last `up` was by a version that knew only the tutorial's messages. */
  readonly sourceFormat?: SourceFormat;
  /** The table of thresholds; absent if the last `up` was by a version that had only one name for it. */
  readonly thresholdTable?: string;
  /** Where the results are, by pipeline. */
  readonly results: Record<string, Output>;
  /** Folder of log files; absent if nothing runs on this machine. */
  readonly logs?: string;
}

/** @throws UserError if the stack is not up, or only in part */
export async function readOutputs(stack: Stack): Promise<StackOutputs> {
  const outputs = await outputsOf(stack);
  if (outputs !== undefined) return outputs;
  const { name } = stack;
  if ((await stateResources(stack)).some(isPlaced)) {
    throw new UserError(
      `The last up of the stack ${name} did not finish. npm run status -- ${name} shows what exists; npm run up -- ${name} continues from there.`,
    );
  }
  throw new UserError(notUp(name));
}

/** The outputs of the stack, or undefined if no `up` of it has finished. */
export async function outputsOf(stack: Stack): Promise<StackOutputs | undefined> {
  const outputs = await stack.outputs();
  return outputs.kafka === undefined ? undefined : plainOutputs(outputs);
}

export const notUp = (name: string) => `The stack ${name} is not up. npm run up -- ${name} deploys it.`;

/** The outputs of an `up` as its program returned them, in the form in which the engine stores them. */
export async function resolvedOutputs(returned: object): Promise<StackOutputs> {
  const { output } = await import("@pulumi/pulumi");
  const values = await new Promise((resolve) => output(returned).apply(resolve));
  return JSON.parse(JSON.stringify(values)) as StackOutputs;
}

/** The outputs that the engine stores, without what it notes about each. */
export function plainOutputs(outputs: OutputMap): StackOutputs {
  const values = Object.entries(outputs).map(([key, { value }]) => [key, value]);
  const plain = Object.fromEntries(values) as unknown as StackOutputs;
  return { ...plain, results: inCatalogueOrder(plain.results) };
}

/** The engine sorts keys by name; people expect the order of the catalogue. */
function inCatalogueOrder(results: StackOutputs["results"] = {}): StackOutputs["results"] {
  const names = Object.keys(pipelines);
  const position = ([name]: [string, Output]) => names.indexOf(name);
  return Object.fromEntries(Object.entries(results).sort((a, b) => position(a) - position(b)));
}
