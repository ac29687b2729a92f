import { integrationView } from "../integrations.ts";
import { topicSummary } from "../kafka/topicView.ts";
import type { Settings } from "../options.ts";
import { type Service, type State, stateOf } from "../state.ts";
import { connectionFields } from "./connections.ts";
import { userView } from "./users.ts";

/** A service as the API returns it. */
export function serviceView(settings: Settings, state: State, service: Service) {
  const running = stateOf(service) === "RUNNING";
  return {
    service_name: service.name,
    service_type: service.type,
    service_type_description: service.type,
    state: stateOf(service),
    cloud_name: service.cloud,
    cloud_description: service.cloud,
    plan: service.planName,
    node_count: service.plan.nodes,
    node_cpu_count: 2,
    node_memory_mb: service.plan.memoryMb,
    node_states: Array.from({ length: service.plan.nodes }, (_, node) => ({
      availability_zone: "",
      name: `${service.name}-${node + 1}`,
      state: running ? "running" : "setting_up_vm",
    })),
    disk_space_mb: service.diskMb,
    project_vpc_id: service.projectVpcId,
    termination_protection: service.terminationProtection,
    maintenance: { ...service.maintenance, enabled: true, updates: [] },
    user_config: service.userConfig,
    tags: service.tags,
    tech_emails: service.techEmails,
    create_time: service.createdAt.toISOString(),
    update_time: service.updatedAt.toISOString(),
    users: [...service.users.values()].map((user) => userView(service.type, user)),
    acl: service.acl,
    topics: [...service.topics.values()].map(topicSummary),
    service_integrations: state.integrationsOf(service).map((each) => integrationView(settings, each)),
    // PostgreSQL does not count as ready before its first backup.
    backups: running
      ? [{ backup_name: "first", backup_time: service.createdAt.toISOString(), data_size: 1 }]
      : [],
    group_list: ["default"],
    features: {},
    metadata: {},
    service_notifications: [],
    ...connectionFields(settings, service),
  };
}
