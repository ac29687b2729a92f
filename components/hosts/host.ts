import type { Needs } from "../../setup/needs.ts";
import type {
  AppHost,
  FlinkRuntime,
  KafkaCluster,
  OpenSearchCluster,
  PostgresDatabase,
} from "../contract.ts";
import type { Service, SharedSettings } from "../settings/shared.ts";
import type { Definitions, Values } from "../settings/types.ts";

/**
 * Whoever can run services of a stack: this machine, Docker, Aiven, … A host is a folder beside this file and a line
 * in registry.ts. Everything that only one host has is in its folder. Its index.ts, which implements this interface,
 * stays light: it loads the rest when a stack uses the host.
 *
 * @typeParam D definitions of the settings that only this host has
 */
export interface Host<D extends Definitions = Definitions> {
  readonly name: string;
  /** What messages call it, e.g. `this machine`. */
  readonly title: string;
  /** The values of `<service>.runsOn` that select it, each with what it means: `{ kafka: { docker: "a container" } }`. */
  readonly runs: Readonly<Partial<Record<Service, Readonly<Record<string, string>>>>>;
  readonly settings: D;

  /**
   * What is wrong with settings that are each fine by themselves, one sentence per problem. Every host is asked,
   * whether a stack uses it or not. Settings whose own value is wrong are undefined.
   *
   * @param parts what of the stack the host runs
   */
  rules?(settings: HostSettings<D>, parts: readonly Part[]): string[];
  /**
   * How the services that it runs are created. Nothing is created yet.
   *
   * @throws before anything is created, if something is missing
   */
  services(context: HostContext<D>): Promise<HostServices>;
  /**
   * Checks whether a stack can be as its settings have it, before anything is created. Changes nothing.
   *
   * @throws SettingsError with every problem, pulumi.RunError if nobody answers
   */
  preflight?(context: HostContext<D>): Promise<void>;
  /** Creates what has to depend on everything else in the stack. */
  finish?(context: HostContext<D>, everything: readonly unknown[]): Promise<void>;
  /**
   * What each of its services costs, by list prices, whether the stack is deployed or not.
   *
   * @throws SettingsError, UserError if it cannot say
   */
  prices?(context: HostContext<D>): Promise<readonly Price[]>;
  /** What has to be installed on this machine, beside the Pulumi CLI. */
  needs?(context: HostContext<D>): Promise<Partial<Needs>>;
  /** Outputs of the stack that commands need to find what the host runs. */
  outputs?(context: HostContext<D>): Promise<Readonly<Record<string, unknown>>>;
}

/** A service or app of a stack. No setting assigns the generator: it runs beside Kafka if that host runs apps. */
export type Part = Service | "generator";

/** The shared settings and those of one host. */
export type HostSettings<D extends Definitions> = SharedSettings & Values<D>;

/** What a host knows about a stack that uses it. */
export interface HostContext<D extends Definitions = Definitions> {
  /** Name of the stack. */
  readonly stack: string;
  readonly settings: HostSettings<D>;
  /** What of the stack the host runs; never empty. */
  readonly parts: readonly Part[];
  /** A value of the stack's configuration that is no setting, decrypted, e.g. `aiven:apiToken`. */
  secret(key: string): Promise<string | undefined>;
}

/** How to create each service that a host can run. */
export interface HostServices {
  readonly kafka?: () => KafkaCluster;
  readonly postgres?: () => PostgresDatabase;
  readonly openSearch?: () => OpenSearchCluster;
  /** @param services what its pipelines read and write */
  readonly flink?: (services: FlinkServices) => FlinkRuntime;
  /** Runs the notifier, and the generator if Kafka runs on the same host. */
  readonly apps?: () => AppHost;
}

/** What a service costs. */
export interface Price {
  readonly service: Service;
  /** Its name on the host, if it has one. */
  readonly name?: string;
  readonly plan?: string;
  readonly cloud?: string;
  /** In USD. */
  readonly perHour: number;
  /** Why it costs nothing. */
  readonly note?: string;
}

/** The services that the pipelines of a Flink read and write. */
export interface FlinkServices {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly openSearch: OpenSearchCluster | undefined;
}
