import type { AivenRule } from "../../../clients/aiven/model.ts";
import type { KafkaRole } from "../../contract.ts";
import { namesOf } from "../../names.ts";
import { outputOwner, pipelineOf, sourceTopic } from "../../pipelines.ts";
import { outputAccess, sourceAccess, type TopicAccess } from "../../topicAccess.ts";
import type { HostContext } from "../host.ts";
import { mayNotify } from "./rules.ts";
import type { definitions } from "./settings.ts";
import { ADMIN_USER, userName, userPrefix, userTitle } from "./userNames.ts";

type Permission = "read" | "write" | "readwrite";

/**
 * Reading includes consumer groups, writing includes transactions.
 * Source: https://aiven.io/docs/products/kafka/concepts/acl
 */
export function permissions({ writers, readers }: TopicAccess): [KafkaRole, Permission][] {
  return [...new Set([...writers, ...readers])].map((role) => {
    if (!writers.includes(role)) return [role, "read"];
    return [role, readers.includes(role) ? "readwrite" : "write"];
  });
}

/**
 * The rules that a stack creates in an existing Kafka. Those of a notifier are among them even if only a webhook, which
 * is a secret, decides whether there is one.
 */
export function plannedRules({
  settings,
  stack,
  parts,
}: Pick<HostContext<typeof definitions>, "settings" | "stack" | "parts">): AivenRule[] {
  const { pipelines } = settings;
  const use = {
    pipelines,
    sourceExists: settings["source.existing"],
    hasNotifier: mayNotify(settings),
    flinkPosts: settings["slack.via"] === "connector",
  };
  const names = namesOf(settings, stack, () => true);
  const outputs = [...new Set(pipelines.map(outputOwner))].flatMap((pipeline) => {
    const { output } = pipelineOf(pipeline);
    if (output === undefined || !("topic" in output)) return [];
    return [{ topic: output.topic, access: outputAccess(pipeline, use) }];
  });
  const userOf = (role: KafkaRole) =>
    role === "flink" && parts.includes("flink")
      ? ADMIN_USER
      : userName(userPrefix(settings, stack), userTitle(role), settings["aiven.credentials"]);
  return [{ topic: sourceTopic, access: sourceAccess(use) }, ...outputs].flatMap(({ topic, access }) =>
    permissions(access).map(([role, permission]) => ({
      topic: names.topic(topic),
      username: userOf(role),
      permission,
    })),
  );
}
