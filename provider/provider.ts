import type * as pulumi from "@pulumi/pulumi";
import { sqlJobHandler } from "./flink/sqlJob.ts";
import { topicHandler } from "./kafka/topic.ts";
import { indexTemplateHandler } from "./opensearch/indexTemplate.ts";
import { grantHandler } from "./postgres/grant.ts";
import { schemaHandler } from "./postgres/schema.ts";
import { schemaGrantHandler } from "./postgres/schemaGrant.ts";
import { tableHandler } from "./postgres/table.ts";
import { thresholdTableHandler } from "./postgres/thresholdTable.ts";
import { serverHandler } from "./process/server.ts";
import { passwordHandler } from "./random/password.ts";
import { uniqueIdHandler } from "./random/uniqueId.ts";
import type { ResourceHandler } from "./resource.ts";
import { unwrap, wrap } from "./wire.ts";

type AnyHandler = ResourceHandler<object, object>;

/** Every resource type of this provider, by its token. */
const handlers: Record<string, AnyHandler> = {
  "streaming:flink:SqlJob": sqlJobHandler as unknown as AnyHandler,
  "streaming:kafka:Topic": topicHandler as unknown as AnyHandler,
  "streaming:postgres:Grant": grantHandler as unknown as AnyHandler,
  "streaming:postgres:Schema": schemaHandler as unknown as AnyHandler,
  "streaming:postgres:SchemaGrant": schemaGrantHandler as unknown as AnyHandler,
  "streaming:postgres:Table": tableHandler as unknown as AnyHandler,
  "streaming:opensearch:IndexTemplate": indexTemplateHandler as unknown as AnyHandler,
  "streaming:postgres:ThresholdTable": thresholdTableHandler as unknown as AnyHandler,
  "streaming:process:Server": serverHandler as unknown as AnyHandler,
  "streaming:random:Password": passwordHandler as unknown as AnyHandler,
  "streaming:random:UniqueId": uniqueIdHandler as unknown as AnyHandler,
};

/**
 * Serves the engine: finds the handler by the type in the URN, passes it plain values, and marks secrets in the results
 * as secrets again.
 */
export class StreamingProvider implements pulumi.provider.Provider {
  readonly version = "0.1.0";

  async check(urn: string, olds: Raw, news: Raw): Promise<pulumi.provider.CheckResult> {
    const { values, unknownKeys } = unwrap(news);
    const former = Object.keys(olds ?? {}).length === 0 ? undefined : unwrap(olds).values;
    const problems = handlerOf(urn).check(values, former);
    return { inputs: news, failures: problems.filter(({ property }) => !unknownKeys.has(property)) };
  }

  async diff(_id: string, urn: string, olds: Raw, news: Raw): Promise<pulumi.provider.DiffResult> {
    const { values, unknownKeys } = unwrap(news);
    if (unknownKeys.size > 0) return { changes: true };
    const {
      changed,
      replaces = [],
      createFirst = false,
    } = await handlerOf(urn).diff(unwrap(olds).values, values);
    // A resource's name or port stays taken until the old resource is gone.
    return { changes: changed, replaces, deleteBeforeReplace: !createFirst };
  }

  async create(urn: string, inputs: Raw): Promise<pulumi.provider.CreateResult> {
    const handler = handlerOf(urn);
    const { values, secretKeys } = unwrap(inputs);
    const { id, state } = await handler.create(values, nameOf(urn));
    return { id, outs: wrap(state, secretsOf(handler, secretKeys)) };
  }

  async read(id: string, urn: string, props: Raw = {}): Promise<pulumi.provider.ReadResult> {
    const handler = handlerOf(urn);
    const { values, secretKeys } = unwrap(props);
    const state = await handler.read(id, values);
    // An empty id tells the engine that the resource no longer exists.
    if (state === undefined) return { id: "", props: {} };
    return { id, props: wrap(state, secretsOf(handler, secretKeys)) };
  }

  async update(id: string, urn: string, olds: Raw, news: Raw): Promise<pulumi.provider.UpdateResult> {
    const handler = handlerOf(urn);
    const { values, secretKeys } = unwrap(news);
    const state = await handler.update(id, unwrap(olds).values, values);
    return { outs: wrap(state, secretsOf(handler, secretKeys)) };
  }

  async delete(id: string, urn: string, props: Raw): Promise<void> {
    await handlerOf(urn).delete(id, unwrap(props).values);
  }
}

type Raw = Record<string, unknown> | undefined;

function secretsOf(handler: AnyHandler, fromInputs: ReadonlySet<string>): string[] {
  return [...fromInputs, ...(handler.secretOutputs ?? [])];
}

/** A URN is `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
function handlerOf(urn: string): AnyHandler {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const handler = handlers[type];
  if (handler === undefined) {
    throw new Error(`unknown resource type ${type}; known are ${Object.keys(handlers).join(", ")}`);
  }
  return handler;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
