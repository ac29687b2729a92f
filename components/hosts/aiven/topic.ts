import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import { ARRIVAL_TIME } from "../../arrivalTime.ts";
import type { KafkaRole, TopicArgs } from "../../contract.ts";
import { retention } from "../../retention.ts";
import type { GoesWith } from "./existingService.ts";
import { permissions } from "./kafkaRules.ts";
import type { AivenProject } from "./project.ts";

/** What all topics have in common. */
export interface AivenTopicDefaults {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly retentionHours: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AivenTopicArgs extends TopicArgs {
  readonly project: AivenProject;
  readonly defaults: AivenTopicDefaults;
  readonly serviceName: pulumi.Input<string>;
  readonly goesWith: GoesWith;
  /** The user that a role connects as, and the name of its rules. */
  readonly userOf: (role: KafkaRole) => { readonly title: string; readonly username: pulumi.Input<string> };
}

/**
 * A topic of Kafka on Aiven, with a rule for each role that may read or write it. For an existing topic, only the rules
 * are created.
 *
 * @example
 * new AivenTopic("readings", { project, defaults, serviceName, goesWith, userOf, topic: "readings", writers: ["generator"], readers: [] });
 */
export class AivenTopic extends pulumi.ComponentResource {
  constructor(name: string, args: AivenTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:aiven:Topic", name, {}, opts);
    const { project, serviceName, goesWith, userOf } = args;
    const place = { project: project.name, serviceName };
    const options: pulumi.CustomResourceOptions = { parent: this, ...goesWith };
    const topic = args.existing ? args.topic : this.create(name, args, options).topicName;
    for (const [role, permission] of permissions(args)) {
      const { title, username } = userOf(role);
      new aiven.KafkaAcl(`${name}-${title}`, { ...place, topic, username, permission }, options);
    }
    this.registerOutputs();
  }

  private create(
    name: string,
    args: AivenTopicArgs,
    options: pulumi.CustomResourceOptions,
  ): aiven.KafkaTopic {
    const { project, defaults, serviceName, topic, config } = args;
    return new aiven.KafkaTopic(
      `${name}-topic`,
      {
        project: project.name,
        serviceName,
        topicName: topic,
        partitions: defaults.partitions,
        replication: defaults.replicationFactor,
        ...tagged(defaults.tags),
        config: topicConfig({
          ...retention(defaults.retentionHours, args),
          "min.insync.replicas": String(defaults.minInsyncReplicas),
          ...ARRIVAL_TIME,
          ...config,
        }),
      },
      { ...options, ...project.protection },
    );
  }
}

const tagged = (tags: Readonly<Record<string, string>>) =>
  Object.keys(tags).length === 0
    ? {}
    : { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };

/** Kafka's names in Aiven's form: `retention.ms` is `retentionMs`. */
function topicConfig(config: Readonly<Record<string, string>>): aiven.types.input.KafkaTopicConfig {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.replaceAll(/\.(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
