import type {
  RawAddress,
  RawDeployment,
  RawEndpoint,
  RawIntegration,
  RawOffering,
  RawPlan,
  RawPrice,
  RawRates,
  RawService,
  RawVpc,
} from "./answers.ts";
import { AivenError, getFromAiven, queryAiven } from "./api.ts";
import type {
  AivenAddress,
  AivenApplication,
  AivenDeployment,
  AivenEndpoint,
  AivenIntegration,
  AivenOffering,
  AivenPlan,
  AivenRates,
  AivenRule,
  AivenService,
  AivenVpc,
} from "./model.ts";

export { AivenError } from "./api.ts";

/**
 * A read-only client of Aiven's REST API. Every method throws an {@link AivenError}.
 * Source: https://api.aiven.io/doc/
 *
 * @example
 * const plans = await new AivenClient(token).plans("my-project", "kafka");
 */
export class AivenClient {
  constructor(private readonly token: string) {}

  /** Names of the projects that the token can access. */
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
    return plans.map((plan) => ({
      name: plan.service_plan,
      clouds: Object.keys(plan.regions ?? {}),
      nodes: plan.node_count,
      diskStepGb: plan.disk_space_step_mb && plan.disk_space_step_mb / 1024,
      mostAdditionalDiskGb:
        plan.disk_space_cap_mb && (plan.disk_space_cap_mb - (plan.disk_space_mb ?? 0)) / 1024,
    }));
  }

  /**
   * List price of a plan in USD per hour.
   *
   * @param additionalDisk GiB beyond the plan's
   */
  async price(
    project: string,
    type: string,
    plan: string,
    cloud: string,
    additionalDisk = 0,
  ): Promise<number> {
    const place = ["service-types", type, "plans", plan, "clouds", cloud];
    const price = await this.get<RawPrice>("project", project, "pricing", ...place);
    return Number(price.base_price_usd) + additionalDisk * Number(price.extra_disk_price_per_gb_usd ?? 0);
  }

  /**
   * Offerings of Standard Kafka; none if the account has none.
   * Source: get_inkless_offerings in https://github.com/aiven/aiven-client
   */
  async offerings(project: string): Promise<AivenOffering[]> {
    try {
      const path = await this.inkless(project);
      const { offerings } = await this.get<{ offerings: RawOffering[] }>(...path, "offerings");
      return offerings.map((offering) => ({
        name: offering.offering_name,
        tier: offering.compute_tier,
        maxIngressMegabits: offering.max_ingress_mbps,
        clouds: offering.available_clouds ?? [],
      }));
    } catch (error) {
      if (error instanceof AivenError && !error.refusesToken && [403, 404].includes(error.status ?? 0))
        return [];
      throw error;
    }
  }

  /** What an offering of Standard Kafka costs; undefined if the cloud does not have it. */
  async rates(project: string, offering: string, cloud: string): Promise<AivenRates | undefined> {
    const path = [...(await this.inkless(project)), "pricing", "rates"];
    const [provider = ""] = cloud.split("-");
    const { rates } = await queryAiven<{ rates: RawRates[] }>(this.token, path, {
      cloud_provider: provider,
      offering_name: offering,
      cloud_name: cloud,
    });
    const found = rates.find((each) => each.offering_name === offering && each.cloud_name === cloud);
    return (
      found && {
        compute: Number(found.compute_fee),
        storage: Number(found.storage_hourly_price_per_gb_usd),
        ingress: Number(found.classic_ingress_hourly_price_per_gb_usd),
        egress: Number(found.classic_egress_hourly_price_per_gb_usd),
      }
    );
  }

  private async inkless(project: string): Promise<string[]> {
    const { project: own } = await this.get<{ project: { organization_id: string } }>("project", project);
    return ["organization", own.organization_id, "projects", project, "inkless"];
  }

  /** Endpoints that services of the project can be integrated with. */
  async endpoints(project: string): Promise<AivenEndpoint[]> {
    const path = ["project", project, "integration_endpoint"];
    const { service_integration_endpoints: all } = await this.get<{
      service_integration_endpoints: RawEndpoint[];
    }>(...path);
    return all.map(({ endpoint_id, endpoint_name, endpoint_type }) => ({
      id: endpoint_id,
      name: endpoint_name,
      type: endpoint_type,
    }));
  }

  /** Private networks of the project. */
  async vpcs(project: string): Promise<AivenVpc[]> {
    const { vpcs } = await this.get<{ vpcs: RawVpc[] }>("project", project, "vpcs");
    return vpcs.map(({ project_vpc_id, cloud_name, state }) => ({
      id: project_vpc_id,
      cloud: cloud_name,
      state,
    }));
  }

  /** Ids of the static IP addresses of the project. */
  async staticIps(project: string): Promise<string[]> {
    const path = ["project", project, "static-ips"];
    const { static_ips: all } = await this.get<{ static_ips: { static_ip_address_id: string }[] }>(...path);
    return all.map(({ static_ip_address_id }) => static_ip_address_id);
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

  /** How to reach a service, including its administrator's password. */
  async address(project: string, service: string): Promise<AivenAddress> {
    const { service: found } = await this.get<{ service: RawAddress }>(
      "project",
      project,
      "service",
      service,
    );
    const { host = "", port = "0", user, password } = found.service_uri_params ?? {};
    return {
      host,
      port: Number(port),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      components: (found.components ?? []).map((each) => ({
        component: each.component,
        host: each.host,
        port: each.port,
        route: each.route,
        kafkaAuthenticationMethod: each.kafka_authentication_method,
      })),
      users: (found.users ?? []).map(({ username }) => username),
      databases: found.databases ?? [],
    };
  }

  /** Names of the topics of a Kafka service. */
  async topics(project: string, service: string): Promise<string[]> {
    const path = ["project", project, "service", service, "topic"];
    const { topics } = await this.get<{ topics: { topic_name: string }[] }>(...path);
    return topics.map(({ topic_name }) => topic_name);
  }

  /** Who may do what with which topics of a Kafka service. */
  async rules(project: string, service: string): Promise<AivenRule[]> {
    const path = ["project", project, "service", service, "acl"];
    const { acl } = await this.get<{ acl: AivenRule[] }>(...path);
    return acl.map(({ username, topic, permission }) => ({ username, topic, permission }));
  }

  /** The applications of a Flink service. */
  async applications(project: string, service: string): Promise<AivenApplication[]> {
    const path = ["project", project, "service", service, "flink", "application"];
    const { applications } = await this.get<{ applications: AivenApplication[] }>(...path);
    return applications.map(({ id, name }) => ({ id, name }));
  }

  /** The integrations from and to a service. */
  async integrations(project: string, service: string): Promise<AivenIntegration[]> {
    const path = ["project", project, "service", service, "integration"];
    const { service_integrations: all } = await this.get<{ service_integrations: RawIntegration[] }>(...path);
    return all.map(({ integration_type, source_service, dest_service }) => ({
      type: integration_type,
      source: source_service,
      destination: dest_service ?? undefined,
    }));
  }

  /** Deployments of a Flink application, the newest first. */
  async deployments(project: string, service: string, application: string): Promise<AivenDeployment[]> {
    const path = ["project", project, "service", service, "flink", "application", application, "deployment"];
    const { deployments } = await this.get<{ deployments: RawDeployment[] }>(...path);
    return deployments
      .map(({ id, status, error_msg, last_savepoint, created_at }) => ({
        id,
        status,
        error: error_msg ?? "",
        savepoint: last_savepoint ?? "",
        createdAt: created_at,
      }))
      .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  }

  private get<T>(...path: string[]): Promise<T> {
    return getFromAiven<T>(this.token, ...path);
  }
}
