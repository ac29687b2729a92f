import {
  CLOUDS,
  checkCloud,
  type Plan,
  planOf,
  plansOf,
  type ServiceType,
  serviceType,
} from "./catalogue.ts";
import { type Route, route, routeWithBody } from "./http/router.ts";
import { mapOf, object, text } from "./http/schema.ts";
import { MAKER, type Settings } from "./options.ts";
import { DEFAULT_CLOUD } from "./services/newService.ts";
import type { State } from "./state.ts";

type Tags = Record<string, string>;

const TAGS = object({ tags: mapOf(text) }, "tags");
const DONE = { message: "updated" };

/** Everything that belongs to the project as a whole, and tags. */
export function projectRoutes(settings: Settings, state: State): Route[] {
  const withTags = routeWithBody<{ tags: Tags }>(TAGS);
  return [
    route("GET", "/v1/me", () => ({ user: { user: MAKER, real_name: "Stand-in", user_id: "u1" } })),
    route("GET", "/v1/project", () => ({ projects: [projectView(settings, state)] })),
    route("GET", "/v1/project/:project", () => ({ project: projectView(settings, state) })),
    route("GET", "/v1/project/:project/kms/ca", () => ({ certificate: authority(settings) })),
    route("GET", "/v1/project/:project/static-ips", () => ({
      static_ips: settings.staticIps.map((static_ip_address_id) => ({
        static_ip_address_id,
        cloud_name: DEFAULT_CLOUD,
        ip_address: "203.0.113.7",
        service_name: "",
        state: "created",
        termination_protection: false,
      })),
    })),
    route("GET", "/v1/project/:project/integration_endpoint", () => ({
      service_integration_endpoints: settings.endpoints.map(({ id, name, type }) => ({
        endpoint_id: id,
        endpoint_name: name,
        endpoint_type: type,
        endpoint_config: {},
        user_config: {},
      })),
    })),
    route("GET", "/v1/project/:project/vpcs", () => ({
      vpcs: settings.vpcs.map(({ id, cloud, state = "ACTIVE" }) => ({
        project_vpc_id: id,
        cloud_name: cloud,
        network_cidr: "10.0.0.0/24",
        state,
      })),
    })),
    route("GET", "/v1/project/:project/tags", () => ({ tags: state.projectTags })),
    withTags("PUT", "/v1/project/:project/tags", (_, { tags }) => {
      state.projectTags = tags;
      return DONE;
    }),
    route("GET", "/v1/project/:project/service/:service/tags", ({ service }) => ({
      tags: state.service(service).tags,
    })),
    withTags("PUT", "/v1/project/:project/service/:service/tags", ({ service }, { tags }) => {
      state.service(service).tags = tags;
      return DONE;
    }),
    ...catalogueRoutes(settings),
  ];
}

function projectView({ project }: Settings, { projectTags }: State) {
  return {
    project_name: project,
    account_id: "a1",
    organization_id: "org1",
    billing_currency: "USD",
    default_cloud: DEFAULT_CLOUD,
    estimated_balance: "0.00",
    payment_method: "card",
    tags: projectTags,
    tech_emails: [],
  };
}

function catalogueRoutes({ kafkaTypes }: Settings): Route[] {
  // Whether Aiven still lists fixed plans for accounts that cannot create them is not documented.
  const isSold = (type: ServiceType) => type !== "kafka" || kafkaTypes !== "standard";
  const clouds = () => ({
    clouds: CLOUDS.map((name) => ({ cloud_name: name, cloud_description: name, geo_region: "" })),
  });
  return [
    route("GET", "/v1/clouds", clouds),
    route("GET", "/v1/project/:project/clouds", clouds),
    route("GET", "/v1/project/:project/service-types/:type/plans", ({ type: name }) => {
      const type = serviceType(name);
      const sold = isSold(type) ? [...plansOf(type)] : [];
      return { service_plans: sold.map(([plan, specs]) => planView(type, plan, specs)) };
    }),
    route("GET", "/v1/project/:project/service-types/:type/plans/:plan", ({ type: name, plan }) => {
      const type = serviceType(name);
      return planView(type, plan, planOf(type, plan, 404));
    }),
    route(
      "GET",
      "/v1/project/:project/pricing/service-types/:type/plans/:plan/clouds/:cloud",
      ({ type: name, plan, cloud }) => {
        const type = serviceType(name);
        return {
          base_price_usd: String(planOf(type, plan, 404).usdPerHour),
          service_type: type,
          service_plan: plan,
          cloud_name: checkCloud(cloud, 404),
          ...(type === "flink" ? {} : { extra_disk_price_per_gb_usd: "0.0003" }),
        };
      },
    ),
  ];
}

function planView(type: ServiceType, name: string, { nodes, diskMb, usdPerHour }: Plan) {
  const price = { price_usd: String(usdPerHour), disk_space_mb: diskMb, node_memory_mb: 0 };
  return {
    service_type: type,
    service_plan: name,
    node_count: nodes,
    disk_space_mb: diskMb,
    // Disk can be added in steps of thirty GiB per node, up to three times the plan's.
    ...(diskMb === 0 ? {} : { disk_space_step_mb: 30 * 1024 * nodes, disk_space_cap_mb: 3 * diskMb }),
    regions: Object.fromEntries(CLOUDS.map((cloud) => [cloud, price])),
    backup_config: { interval: 24, max_count: 2, recovery_mode: type === "pg" ? "pitr" : "basic" },
  };
}

/** The authorities of the servers behind the services; PEM-shaped text if there are none. */
function authority({ backing }: Settings): string {
  const given = Object.values(backing).map((each) => (typeof each === "function" ? each("avnadmin") : each));
  const certificates = new Set(given.flatMap(({ ca }) => (ca === undefined ? [] : [ca.trim()])));
  if (certificates.size > 0) return `${[...certificates].join("\n")}\n`;
  return "-----BEGIN CERTIFICATE-----\nTm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
}
