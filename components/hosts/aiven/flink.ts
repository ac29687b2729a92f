import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { FLINK_VERSION } from "../../flinkVersion.ts";
import { applicationName } from "./flinkOnAiven.ts";
import { type ApplicationTable, applicationSql, withSlackSink } from "./flinkSql.ts";
import type { AivenProject } from "./project.ts";
import { NO_OPTIONS } from "./serviceOptions.ts";

export interface NewFlink {
  readonly plan: string;
  readonly taskSlots: number;
  /** Additional settings, as Aiven names them. */
  readonly userConfig: Readonly<Record<string, unknown>>;
}

export interface AivenFlinkArgs {
  readonly project: AivenProject;
  /** A service to create, or the name of an existing one. */
  readonly service: NewFlink | { readonly existing: string };
  /** The services that pipelines read and write; those on Aiven are integrated. */
  readonly services: Readonly<Record<NonNullable<ApplicationTable["service"]>, object | undefined>>;
  /** Parallel tasks of each pipeline. */
  readonly parallelism: number;
  /** The savepoints that pipelines start from, as Aiven names them, by pipeline. */
  readonly startingSavepoints: Readonly<Partial<Record<string, string>>>;
}

/**
 * Aiven for Apache Flink: a new service, or an existing one that stays as it is. A new one costs what its plan costs
 * (`npm run cost`); an existing one adds no cost.
 *
 * @example
 * const flink = new AivenFlink("flink", { project, service: { plan: "business-4", taskSlots: 4, userConfig: {} }, services: { kafka, postgres }, parallelism: 1, startingSavepoints: {} });
 */
export class AivenFlink extends pulumi.ComponentResource implements FlinkRuntime {
  /** Aiven takes no jars. */
  readonly hasReadingFormat = false;
  private readonly serviceName: pulumi.Output<string>;
  private readonly integrations: Readonly<Partial<Record<string, aiven.ServiceIntegration>>>;
  /** Set if the service is destroyed with the stack; an existing service stays. */
  private readonly goesWithService: pulumi.CustomResourceOptions;
  private readonly applications: Record<string, pulumi.Output<string>> = {};

  constructor(
    name: string,
    private readonly args: AivenFlinkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:Flink", name, {}, opts);
    const { project, services } = args;
    if ("existing" in args.service) {
      this.goesWithService = {};
      const found = aiven.getFlinkOutput({ project: project.name, serviceName: args.service.existing });
      this.serviceName = found.serviceName;
    } else {
      const created = this.createService(name, args.service);
      project.observe(name, created);
      this.goesWithService = { deletedWith: created };
      this.serviceName = created.serviceName;
    }
    const integrations = Object.entries(services).flatMap(([source, service]) =>
      hasServiceName(service) ? [[source, this.integrate(`${name}-${source}`, service)]] : [],
    );
    this.integrations = Object.fromEntries(integrations);
    this.registerOutputs();
  }

  get access(): pulumi.Output<FlinkAccess> {
    return pulumi.output({
      project: this.args.project.name,
      service: this.serviceName,
      applications: this.applications,
    });
  }

  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { parallelism, startingSavepoints } = this.args;
    const place = { project: this.args.project.name, serviceName: this.serviceName };
    const job = applicationName(pulumi.getStack(), args.pipeline);
    const application = new aiven.FlinkApplication(
      `${name}-application`,
      { ...place, name: job },
      {
        ...opts,
        ...this.goesWithService,
      },
    );
    this.applications[args.pipeline] = application.applicationId;

    const ofApplication = { ...place, applicationId: application.applicationId };
    const secret = ["sink", "sinks", "source", "sources"];
    const version = new aiven.FlinkApplicationVersion(
      `${name}-version`,
      { ...ofApplication, ...this.versionSql(args) },
      { ...opts, ...this.goesWithService, additionalSecretOutputs: secret },
    );
    const startingSavepoint = startingSavepoints[args.pipeline];
    return new aiven.FlinkApplicationDeployment(
      `${name}-deployment`,
      {
        ...ofApplication,
        versionId: version.applicationVersionId,
        parallelism,
        restartEnabled: true,
        ...(startingSavepoint !== undefined && { startingSavepoint }),
      },
      // An application has one deployment at a time, and none may be running when the service is deleted.
      { ...opts, deleteBeforeReplace: true },
    );
  }

  private integrate(name: string, { serviceName }: AivenService): aiven.ServiceIntegration {
    return new aiven.ServiceIntegration(
      name,
      {
        project: this.args.project.name,
        integrationType: "flink",
        sourceServiceName: serviceName,
        destinationServiceName: this.serviceName,
      },
      { parent: this, ...this.goesWithService },
    );
  }

  private versionSql(args: PipelineArgs) {
    const sql = applicationSql(args, args.group);
    const { slack } = args;
    const complete =
      slack === undefined
        ? pulumi.output(sql)
        : slack.token.apply((token) => withSlackSink(sql, { channel: slack.channel, token }));
    const tables = (kind: "sources" | "sinks") =>
      pulumi.secret(complete.apply((all) => pulumi.output(all[kind].map((table) => this.integrated(table)))));
    return { source: tables("sources"), sink: tables("sinks"), statement: complete.statement };
  }

  private integrated({ createTable, service }: ApplicationTable) {
    if (service === undefined) return { createTable };
    const integration = this.integrations[service];
    if (integration === undefined)
      throw new pulumi.RunError(`this stack has no ${service} for\n${createTable}`);
    return { createTable, integrationId: integration.integrationId };
  }

  private createService(name: string, args: NewFlink): aiven.Flink {
    const { project } = this.args;
    const options = { ...NO_OPTIONS, userConfig: args.userConfig };
    return new aiven.Flink(
      `${name}-service`,
      {
        ...project.service("flink", args.plan),
        flinkUserConfig: project.userConfig(
          "flink",
          { flinkVersion: FLINK_VERSION, numberOfTaskSlots: args.taskSlots },
          options,
        ),
      },
      { parent: this, ...project.protection },
    );
  }
}

interface AivenService {
  readonly serviceName: pulumi.Output<string>;
}

const hasServiceName = (service: object | undefined): service is AivenService =>
  service !== undefined && "serviceName" in service;
