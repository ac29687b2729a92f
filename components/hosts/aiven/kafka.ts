import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { AivenComponent } from "../../../clients/aiven/model.ts";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import type { Client, KafkaCluster, KafkaRole, TopicArgs } from "../../contract.ts";
import type { ExistingService, GoesWith } from "./existingService.ts";
import { kafkaAddress } from "./kafkaAddress.ts";
import type { KafkaType } from "./kafkaType.ts";
import type { AivenProject } from "./project.ts";
import { notYet } from "./routes.ts";
import { ALWAYS, NO_OPTIONS, type ServiceOptions, STANDARD } from "./serviceOptions.ts";
import { AivenTopic, type AivenTopicDefaults } from "./topic.ts";
import { userTitle } from "./userNames.ts";

export interface AivenKafkaArgs {
  readonly project: AivenProject;
  /** Standard Kafka, or Classic Kafka. */
  readonly type: KafkaType;
  /** A service to create (for Standard Kafka, its plan is the offering; a version such as 4.1), or an existing one. */
  readonly service: { readonly plan: string; readonly version: string } | ExistingService;
  readonly options?: ServiceOptions;
  /** How clients authenticate: by password or by certificate. */
  readonly authentication: "sasl" | "certificate";
  readonly topics: AivenTopicDefaults;
  /** Whether Flink is on Aiven, too: its integration brings its own user. */
  readonly flinkOnAiven: boolean;
}

/**
 * Aiven for Apache Kafka: no topics except declared ones, and one user per role with only the rights that the role
 * needs. An existing service stays as it is. A new one costs what its plan costs (`npm run cost`); an existing one adds
 * no cost.
 *
 * @example
 * const service = { plan: "startup-2", version: "4.1" };
 * const kafka = new AivenKafka("kafka", { project, type: "classic", service, authentication: "sasl", topics, flinkOnAiven: true });
 */
export class AivenKafka extends pulumi.ComponentResource implements KafkaCluster {
  readonly serviceName: pulumi.Output<string>;
  private readonly components: pulumi.Output<readonly AivenComponent[]>;
  private readonly goesWith: GoesWith;
  private readonly users = new Map<KafkaRole, aiven.KafkaUser>();

  constructor(
    private readonly name: string,
    private readonly args: AivenKafkaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:Kafka", name, {}, opts);
    const { service } = args;
    if ("existing" in service) {
      this.serviceName = pulumi.output(service.existing);
      this.components = args.project.addressOf(service.existing).components;
      this.goesWith = {};
    } else {
      const created = this.createService(service);
      args.project.observe(name, created);
      this.serviceName = created.serviceName;
      this.components = created.components;
      this.goesWith = { deletedWith: created };
    }
    this.registerOutputs();
  }

  private createService({ plan, version }: { readonly plan: string; readonly version: string }): aiven.Kafka {
    const { project, type, authentication, options } = this.args;
    return new aiven.Kafka(
      `${this.name}-service`,
      {
        ...project.service("kafka", plan, options),
        defaultAcl: false,
        kafkaUserConfig: project.userConfig(
          "kafka",
          {
            kafkaVersion: version,
            ...(type === "standard" && STANDARD),
            // Aiven's integrations authenticate by certificate.
            kafkaAuthenticationMethods: { certificate: true, sasl: authentication === "sasl" },
            ...ALWAYS.kafka,
          },
          options,
        ),
      },
      { parent: this, ...project.protection },
    );
  }

  /** The same from everywhere. */
  connection({ role }: Pick<Client<KafkaRole>, "role">): pulumi.Output<KafkaConnection> {
    const { project, authentication: method } = this.args;
    const user = this.users.get(role);
    if (user === undefined) throw new Error(`no topic of Kafka lets ${role} in`);
    const security =
      method === "sasl"
        ? pulumi.output({
            protocol: "SASL_SSL" as const,
            mechanism: "SCRAM-SHA-256" as const,
            username: user.username,
            password: user.password,
            ca: project.ca,
          })
        : pulumi.output({
            protocol: "SSL" as const,
            ca: project.ca,
            certificate: user.accessCert,
            key: user.accessKey,
          });
    const bootstrapServers = this.components.apply((components) => addressFor(this.args, components));
    return pulumi.secret(pulumi.output({ bootstrapServers, security }));
  }

  createTopic(name: string, args: TopicArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    const { project, topics } = this.args;
    const userOf = (role: KafkaRole) =>
      role === "flink" && this.args.flinkOnAiven
        ? { title: role, username: project.adminUser }
        : { title: userTitle(role), username: this.ensureUser(role).username };
    const { serviceName, goesWith } = this;
    return new AivenTopic(name, { ...args, project, defaults: topics, serviceName, goesWith, userOf }, opts);
  }

  private ensureUser(role: KafkaRole): aiven.KafkaUser {
    const { project } = this.args;
    const known = this.users.get(role);
    if (known !== undefined) return known;
    const user = new aiven.KafkaUser(
      `${this.name}-${userTitle(role)}`,
      {
        project: project.name,
        serviceName: this.serviceName,
        username: project.userName(userTitle(role), this.args.service),
      },
      { parent: this, ...this.goesWith },
    );
    this.users.set(role, user);
    return user;
  }
}

function addressFor(
  { authentication, options = NO_OPTIONS }: AivenKafkaArgs,
  components: readonly AivenComponent[],
): string {
  const { access } = options;
  const found = kafkaAddress(components, authentication, access);
  if (found !== undefined) return `${found.host}:${found.port}`;
  return notYet(
    `Kafka on Aiven has no ${access} address for clients that authenticate by ${authentication}; it has ${JSON.stringify(components)}`,
  );
}
