import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { integer, list, mapOf, matching, object, text } from "../http/schema.ts";
import type { Service, State, Topic } from "../state.ts";
import { checkTopic } from "./standard.ts";
import { checkTopicConfig } from "./topicConfig.ts";
import { topicSummary, topicView } from "./topicView.ts";

interface Changes {
  readonly partitions?: number | null;
  readonly replication?: number | null;
  readonly config?: Record<string, unknown> | null;
  readonly tags?: Topic["tags"] | null;
  readonly topic_description?: string | null;
  readonly owner_user_group_id?: string | null;
}

type NewTopic = Changes & { readonly topic_name: string };

// Without the API's older fields beside config (retention_hours and others), which nothing here sends.
const CHANGES = {
  partitions: integer(1, 1_000_000),
  replication: integer(1),
  config: mapOf({ type: "any" }),
  tags: list(object({ key: text, value: text }, "key")),
  topic_description: matching(/^[\s\S]{1,256}$/),
  owner_user_group_id: matching(/^.{1,36}$/),
};
const NEW = object({ ...CHANGES, topic_name: matching(/^[a-zA-Z0-9._-]{1,249}$/) }, "topic_name");
const CHANGED = object(CHANGES);
const NAMES = object({ topic_names: list(text) }, "topic_names");

export function topicRoutes(state: State): Route[] {
  const kafka = (name: string) => state.runningOf("kafka", name);
  const built = (name: string) => state.builtOf("kafka", name);
  return [
    route("GET", "/v1/project/:project/service/:service/topic", ({ service }) => ({
      topics: [...built(service).topics.values()].map(topicSummary),
    })),
    routeWithBody<NewTopic>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/topic",
      ({ service: name }, body) => {
        const service = kafka(name);
        if (service.topics.has(body.topic_name))
          throw new ApiError(409, `Topic '${body.topic_name}' already exists`);
        const topic: Topic = { name: body.topic_name, ...settingsOf(service, body) };
        service.topics.set(topic.name, topic);
        return { message: "created" };
      },
    ),
    routeWithBody<{ topic_names: readonly string[] }>(NAMES)(
      "POST",
      "/v2/project/:project/service/:service/topic",
      ({ service }, { topic_names }) => ({
        topics: topic_names.map((name) => topicView(topicOf(built(service), name))),
      }),
    ),
    route("GET", "/v1/project/:project/service/:service/topic/:topic", ({ service, topic }) => ({
      topic: topicView(topicOf(built(service), topic)),
    })),
    routeWithBody<Changes>(CHANGED)(
      "PUT",
      "/v1/project/:project/service/:service/topic/:topic",
      ({ service: name, topic: topicName }, body) => {
        const service = kafka(name);
        const topic = topicOf(service, topicName);
        const wanted = settingsOf(service, {
          ...body,
          partitions: body.partitions ?? topic.partitions,
          replication: body.replication ?? topic.replication,
        });
        if (wanted.partitions < topic.partitions)
          throw new ApiError(
            400,
            `Topic currently has ${topic.partitions} partitions, which cannot become ${wanted.partitions}`,
          );
        Object.assign(topic, wanted);
        return { message: "updated" };
      },
    ),
    route("DELETE", "/v1/project/:project/service/:service/topic/:topic", ({ service, topic }) => {
      kafka(service).topics.delete(topicOf(kafka(service), topic).name);
      return { message: "deleted" };
    }),
  ];
}

/** The topic that a request asks for, checked against the service; whatever is not given has its default. */
function settingsOf({ plan, userConfig }: Service, body: Changes): Omit<Topic, "name"> {
  const broker = (userConfig.kafka ?? {}) as Record<string, number | undefined>;
  const replication = body.replication ?? broker.default_replication_factor ?? Math.min(3, plan.nodes);
  if (replication < 2) throw new ApiError(400, "Replication factor must be set to at least two");
  if (replication > plan.nodes)
    throw new ApiError(
      409,
      `Cluster only has ${plan.nodes} broker(s), cannot set replication factor to ${replication}`,
    );
  checkTopicConfig(body.config ?? {}, replication);
  checkTopic(userConfig, body.config ?? {});
  return {
    partitions: body.partitions ?? broker.num_partitions ?? 1,
    replication,
    config: body.config ?? {},
    tags: body.tags ?? [],
    description: body.topic_description ?? undefined,
    ownerUserGroupId: body.owner_user_group_id ?? undefined,
  };
}

function topicOf({ topics }: Service, name: string): Topic {
  const topic = topics.get(name);
  if (topic === undefined) throw new ApiError(404, `Topic '${name}' does not exist`);
  return topic;
}
