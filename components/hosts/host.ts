import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { Finding } from "../../lib/finding.ts";
import type { Progress } from "../../lib/progress.ts";
import type { Section } from "../../lib/section.ts";
import type { Needs } from "../../setup/needs.ts";
import type {
  AppHost,
  FlinkAccess,
  FlinkRuntime,
  KafkaCluster,
  OpenSearchCluster,
  PostgresDatabase,
} from "../contract.ts";
import type { Service, SharedSettings } from "../settings/shared.ts";
import type { Definitions, Values } from "../settings/types.ts";
import type { StackState, StateResource } from "../stateResources.ts";

/**
 * Something that can run services of a stack. A host is a folder next to this file and a line in registry.ts. Its
 * folder has everything specific to this host. Its index.ts, which implements this interface, stays light: it loads the
 * rest when a stack uses the host.
 *
 * @typeParam D definitions of the settings that only this host has
 */
export interface Host<D extends Definitions = Definitions> {
  readonly name: string;
  /** What messages call it, e.g. `this machine`. */
  readonly title: string;
  /** The values of `<service>.runsOn` that select it, each with its meaning: `{ kafka: { local: "this machine" } }`. */
  readonly runs: Readonly<Partial<Record<Service, Readonly<Record<string, string>>>>>;
  readonly settings: D;
  /**
   * The values of `<service>.runsOn` for services that existed before the stack. In them, the host changes and deletes
   * only what it has created, under names that do not clash with those of others.
   */
  readonly adopts?: readonly string[];
  /**
   * Whether the stack that has the host's name needs no account anywhere: it has the empty passphrase, and the tests
   * can run against it.
   */
  readonly needsNoAccount?: true;

  /**
   * Problems with combinations of settings that are each valid, one sentence per problem. Every host is asked, whether
   * or not a stack uses it. Settings with an invalid value are undefined.
   *
   * @param parts the parts of the stack that the host runs
   * @param secrets the secrets in the project's namespace that are decrypted, by their names
   */
  rules?(settings: HostSettings<D>, parts: readonly Part[], secrets: ReadonlyMap<string, string>): string[];
  /**
   * The settings of the ports of this machine at which parts that it runs are reached; each needs one of its own.
   */
  ports?(parts: readonly Part[]): readonly string[];
  /**
   * How the services that it runs are created. Nothing is created yet.
   *
   * @throws before anything is created, if something is missing
   */
  services(context: HostContext<D>): Promise<HostServices>;
  /**
   * Checks whether a stack is possible with its settings, before anything is created. Changes nothing.
   *
   * @param known undefined if the program itself asks, which cannot see the state
   * @throws SettingsError with every problem, pulumi.RunError if a service does not answer
   */
  preflight?(context: HostContext<D>, known?: Known): Promise<void>;
  /**
   * How this machine reaches the configured Kafka before any `up`; undefined if the stack creates Kafka, or its users.
   *
   * @throws SettingsError if a secret or a file is missing
   */
  kafkaBefore?(context: HostContext<D>): Promise<KafkaConnection | undefined>;
  /**
   * What it finds on this machine that matters to a stack, for `npm run doctor`. Changes nothing. Every host is asked:
   * `parts` is empty if the stack does not use it, and then nothing counts as a trouble.
   */
  findings?(context: HostContext<D>): Promise<readonly Finding[]>;
  /** Creates what has to depend on everything else in the stack. */
  finish?(context: HostContext<D>, everything: readonly unknown[]): Promise<void>;
  /**
   * The list price of each of its services, whether or not the stack is deployed.
   *
   * @throws SettingsError, UserError if it cannot say
   */
  prices?(context: HostContext<D>): Promise<readonly Price[]>;
  /** What has to be installed on this machine, besides the Pulumi CLI. */
  needs?(context: HostContext<D>): Promise<Partial<Needs>>;
  /** Secrets of the stack's configuration, by key: `aiven:apiToken`, or `kafka.password` in the project's namespace. */
  readonly secrets?: Readonly<Record<string, SecretRule>>;
  /** What to do about errors of the engine whose messages do not say it. */
  readonly advice?: readonly Advice[];
  /** Hints for steps that take longer than they should. */
  readonly slowSteps?: readonly SlowStep[];
  /** Environment of the engine, which its plugins read. */
  readonly engineEnvironment?: Readonly<Record<string, string>>;
  /**
   * Checks, before anything else, what exists: whether the engine's state knows what is left of the stack, and whether
   * something else is in its way. Every host is asked: `parts` is empty if the stack does not use it.
   *
   * @throws UserError or SettingsError with what to do
   */
  checkState?(context: HostContext<D>, run: Run): Promise<void>;
  /**
   * Removes what an interrupted run has created without the engine's state knowing of it, before an `up` or a `destroy`.
   * Every host is asked.
   */
  removeLeftovers?(run: Run): Promise<void>;
  /**
   * Adds what an interrupted run has created without the engine's state knowing of it to the state, before an `up` or a
   * `destroy`. Every host is asked.
   */
  adoptBegun?(context: Pick<HostContext<D>, "secret">, run: Run): Promise<void>;
  /** Brings the engine's state up to date with what a crash left, before an `up`. */
  recover?(context: HostContext<D>, run: Run): Promise<void>;
  /**
   * Prepares an `up` for what was lost or has failed outside the engine: removes what is gone from the engine's state,
   * so that it is created again. Asks first if data was lost, or if the `up` would delete services with their data. Every
   * host is asked: `parts` is empty if the stack does not use it any more.
   *
   * @returns URNs of the resources that the `up` has to replace
   * @throws UserError if the user does not agree, with what was lost or would be deleted
   */
  repair?(context: HostContext<D>, run: Repair): Promise<readonly string[]>;
  /**
   * Waits after an `up` for what the engine does not wait for.
   *
   * @throws UserError with what does not run
   */
  awaitRunning?(context: HostContext<D>, run: Run, outputs: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Checks that a stack may be destroyed. Every host is asked.
   *
   * @throws UserError if not, with how it can be destroyed anyway
   */
  checkDestroy?(stack: string, resources: readonly StateResource[]): void;
  /** Sections of the status of a stack. Every host is asked; no service is queried yet. */
  status?(deployed: Deployed): readonly Section[];
  /** Files that the stack's notifier writes, if it runs on this machine. */
  notifierFiles?(deployed: Deployed): NotifierFiles | undefined;
  /** Lines about an output that only the host understands, each with its title: `["Flink", "service …"]`. */
  summary?(outputs: { readonly flink: FlinkAccess }): readonly (readonly [string, string])[];
  /**
   * Whether something of the stack exists that no state knows, such as processes and data of a stack whose state was
   * deleted. Every host is asked.
   */
  hasLeftOver?(context: Omit<HostContext<D>, "parts">): Promise<boolean>;
  /**
   * Removes such leftovers, and the stack's own folders, once its resources are destroyed. Every host is asked.
   *
   * @param former what the engine knew before
   * @returns whether there was something that the state did not know
   */
  removeLeftOver?(context: Omit<HostContext<D>, "parts">, stack: Stack, former: StackState): Promise<boolean>;
  /** Outputs of the stack that commands need to find what the host runs. */
  outputs?(context: HostContext<D>): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * A service or app of a stack. No setting assigns the generator, which runs on Kafka's host if that host runs apps, or
 * the page, which runs on the host of Kafka, PostgreSQL and Flink if one host runs them all, and apps.
 */
export type Part = Service | "generator" | "page";

/** The shared settings and those of one host. */
export type HostSettings<D extends Definitions> = SharedSettings & Values<D>;

/** What a host knows about a stack that uses it. */
export interface HostContext<D extends Definitions = Definitions> {
  /** Name of the stack. */
  readonly stack: string;
  readonly settings: HostSettings<D>;
  /** The parts of the stack that the host runs; empty only for `findings`, `checkState` and `repair`. */
  readonly parts: readonly Part[];
  /** A value of the stack's configuration that is not a setting, decrypted, e.g. `aiven:apiToken`. */
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

/** The resources of a stack in the engine's state, with those that an interrupted run had begun to create. */
export type Known = () => Promise<readonly StateResource[]>;

/** A run of the command line on an open stack. */
export interface Run {
  readonly stack: Stack;
  readonly progress: Progress;
  /** What the engine knew when it was last asked. */
  readonly state: StackState;
}

/** A run that may ask the user something. */
export interface Repair extends Run {
  /** Whether the user agrees; false if nobody can be asked. */
  confirm(question: string): Promise<boolean>;
}

/** A stack as the engine knows it. */
export interface Deployed {
  /** Name of the stack. */
  readonly stack: string;
  readonly resources: readonly StateResource[];
  /** Undefined if no `up` has finished. */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
  secret(key: string): Promise<string | undefined>;
}

/** What a notifier on this machine writes; absolute paths. */
export interface NotifierFiles {
  readonly log: string;
  /** How it is doing, as JSON. */
  readonly status: string;
}

/** The form of a secret's value, and the message for a value without it. */
export interface SecretRule {
  readonly pattern: RegExp;
  readonly problem: string;
}

/** What to do about an error. */
export interface Advice {
  /** The message of the engine, or of a provider through it. */
  readonly on: RegExp;
  readonly advise: (stack: string) => string;
}

/** A step of the engine that is normally quick. */
export interface SlowStep {
  /** Types of resources. */
  readonly on: RegExp;
  readonly afterMs: number;
  readonly hint: string;
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
  /** Why it costs nothing, or what the price includes. */
  readonly note?: string;
}

/** The services that the pipelines of a Flink read and write. */
export interface FlinkServices {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly openSearch: OpenSearchCluster | undefined;
}
