import type {
  AppHost,
  AppName,
  FlinkRuntime,
  KafkaCluster,
  OpenSearchCluster,
  PostgresDatabase,
} from "../contract.ts";
import type { HostServices, Part } from "./host.ts";
import type { StackHosts } from "./stackHosts.ts";

export interface Services {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly openSearch: OpenSearchCluster | undefined;
  readonly flink: FlinkRuntime;
  /** What runs each app; undefined if nobody here runs it. */
  readonly apps: Readonly<Record<AppName, AppHost | undefined>>;
}

/**
 * The services of a stack, each created by the host that its setting `runsOn` names.
 *
 * @throws before anything is created, if a host lacks something that it needs
 */
export async function servicesOf(stack: StackHosts): Promise<Services> {
  const loaded = await Promise.all(
    stack.used.map(async ({ host, context }) => [host, await host.services(context)] as const),
  );
  const factories = new Map(loaded);
  const runnerOf = (part: Part): HostServices => {
    const host = stack.runnerOf(part);
    return (host && factories.get(host)) ?? {};
  };

  const kafka = created("kafka", runnerOf("kafka").kafka?.());
  const postgres = created("postgres", runnerOf("postgres").postgres?.());
  const openSearch = runnerOf("openSearch").openSearch?.();
  const flink = created("flink", runnerOf("flink").flink?.({ kafka, postgres, openSearch }));
  const apps = {
    generator: runnerOf("generator").apps?.(),
    notifier: runnerOf("notifier").apps?.(),
    page: runnerOf("page").apps?.(),
  };
  return { kafka, postgres, openSearch, flink, apps };
}

function created<T>(part: Part, service: T | undefined): T {
  if (service === undefined) throw new Error(`the host of ${part} does not create it`);
  return service;
}
