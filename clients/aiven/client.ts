import { getFromAiven } from "./api.ts";

export { AivenError, aivenUrl } from "./api.ts";

/** A plan of a service type. */
export interface AivenPlan {
  readonly name: string;
  /** Clouds that offer the plan. */
  readonly clouds: readonly string[];
}

/** A service as it is now. */
export interface AivenService {
  readonly name: string;
  /** Aiven's word for its type: kafka, pg, opensearch, flink, … */
  readonly type: string;
  /** RUNNING, REBUILDING, REBALANCING or POWEROFF. */
  readonly state: string;
  readonly plan: string;
  readonly cloud: string;
  readonly nodes: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly userConfig: Readonly<Record<string, unknown>>;
}

/** One run of a version of a Flink application. */
export interface AivenDeployment {
  readonly id: string;
  /** INITIALIZING, CREATED, RUNNING, FAILED, … */
  readonly status: string;
  /** Why it failed; empty if it did not. */
  readonly error: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/**
 * A read-only client of Aiven's REST API. Every method throws an {@link AivenError}.
 * Source: https://api.aiven.io/doc/
 *
 * @example
 * const plans = await new AivenClient(token).plans("my-project", "kafka");
 */
export class AivenClient {
  constructor(private readonly token: string) {}

  /** Names of the projects that the token sees. */
  async projects(): Promise<string[]> {
    const { projects } = await this.get<{ projects: { project_name: string }[] }>("project");
    return projects.map(({ project_name }) => project_name);
  }

  /** Names of the clouds that the project can use. */
  async clouds(project: string): Promise<string[]> {
    const { clouds } = await this.get<{ clouds: { cloud_name: string }[] }>("project", project, "clouds");
    return clouds.map(({ cloud_name }) => cloud_name);
  }

  /** Certificate authority (PEM) of the project: it signs the certificates of Kafka and PostgreSQL. */
  async authority(project: string): Promise<string> {
    const { certificate } = await this.get<{ certificate: string }>("project", project, "kms", "ca");
    return certificate;
  }

  /** Plans of a service type that the project can use. */
  async plans(project: string, type: string): Promise<AivenPlan[]> {
    const path = ["project", project, "service-types", type, "plans"];
    const { service_plans: plans } = await this.get<{ service_plans: RawPlan[] }>(...path);
    return plans.map(({ service_plan, regions }) => ({
      name: service_plan,
      clouds: Object.keys(regions ?? {}),
    }));
  }

  /** List price of a plan in USD an hour. */
  async price(project: string, type: string, plan: string, cloud: string): Promise<number> {
    const place = ["service-types", type, "plans", plan, "clouds", cloud];
    const price = await this.get<{ base_price_usd: string }>("project", project, "pricing", ...place);
    return Number(price.base_price_usd);
  }

  /** Services of the project. */
  async services(project: string): Promise<AivenService[]> {
    const { services } = await this.get<{ services: RawService[] }>("project", project, "service");
    return services.map((service) => ({
      name: service.service_name,
      type: service.service_type,
      state: service.state,
      plan: service.plan,
      cloud: service.cloud_name,
      nodes: service.node_count,
      tags: service.tags ?? {},
      userConfig: service.user_config ?? {},
    }));
  }

  /** Names of the topics of a Kafka service. */
  async topics(project: string, service: string): Promise<string[]> {
    const path = ["project", project, "service", service, "topic"];
    const { topics } = await this.get<{ topics: { topic_name: string }[] }>(...path);
    return topics.map(({ topic_name }) => topic_name);
  }

  /** Deployments of a Flink application, the newest first. */
  async deployments(project: string, service: string, application: string): Promise<AivenDeployment[]> {
    const path = ["project", project, "service", service, "flink", "application", application, "deployment"];
    const { deployments } = await this.get<{ deployments: RawDeployment[] }>(...path);
    return deployments
      .map(({ id, status, error_msg, created_at }) => ({
        id,
        status,
        error: error_msg ?? "",
        createdAt: created_at,
      }))
      .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  }

  private get<T>(...path: string[]): Promise<T> {
    return getFromAiven<T>(this.token, ...path);
  }
}

interface RawPlan {
  readonly service_plan: string;
  readonly regions?: Readonly<Record<string, unknown>>;
}

interface RawService {
  readonly service_name: string;
  readonly service_type: string;
  readonly state: string;
  readonly plan: string;
  readonly cloud_name: string;
  readonly node_count: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly user_config?: Readonly<Record<string, unknown>>;
}

interface RawDeployment {
  readonly id: string;
  readonly status: string;
  readonly error_msg?: string | null;
  readonly created_at: string;
}
