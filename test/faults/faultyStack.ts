import { THRESHOLDS } from "../oracle/cases/thresholds.ts";
import { OracleStack } from "../oracle/harness/oracleStack.ts";
import { CommandLineStack, type TestHost } from "../support/commandLineStack.ts";
import { SlackStandIn } from "../support/slack.ts";
import { CHANNEL, TOKEN } from "../support/slackWorkspace.ts";
import { Network } from "./network.ts";
import type { Preload } from "./preload/preload.ts";
import { Containers } from "./servers/containers.ts";
import { Processes } from "./servers/processes.ts";
import type { Servers } from "./servers/servers.ts";
import { SlackLedger } from "./slackLedger.ts";
import type { SmallDisk } from "./smallDisk.ts";

const PARTITIONS = 3;
const MOST_PARTITIONS = PARTITIONS + 3;
const CHECKPOINT_INTERVAL_MS = 1_000;
/** The outputs that are compared per stretch of the input; silences and what is learned depend on all of it. */
const PIPELINES = [
  ...["filter", "aggregate", "thresholdFilter", "countOverThreshold", "search", "notify", "alerts", "trend"],
  ...["quarantine", "late", "heartbeat"],
];

/** The setting that is the port of each server. */
const LINKS = {
  "kafka-broker": "kafka.port",
  "postgres-server": "postgres.port",
  "openSearch-node": "openSearch.port",
  "flink-jobmanager": "flink.rpcPort",
};

/** What some kinds of faults require of the machine. */
export interface Means {
  readonly preload?: Preload;
  readonly disk?: SmallDisk;
}

/** A stack with an oracle, to be damaged. */
export class FaultyStack {
  #partitions = PARTITIONS;
  #checkpointIntervalMs = CHECKPOINT_INTERVAL_MS;

  private constructor(
    readonly oracle: OracleStack<CommandLineStack>,
    /** Where the notifier posts. */
    readonly slack: SlackStandIn,
    /** Absent if nothing is posted. */
    readonly told: SlackLedger | undefined,
    readonly servers: Servers,
    /** The network between Flink and the servers, if it can be broken. */
    readonly network: Network | undefined,
    readonly means: Means,
  ) {}

  static async create(
    pipelines: readonly string[] = PIPELINES,
    means: Means = {},
    host: TestHost = "local",
  ): Promise<FaultyStack> {
    const slack = await new SlackStandIn().start();
    const { preload } = means;
    let network: Network | undefined;
    const create = async (all: Record<string, unknown>) => {
      const stack = await CommandLineStack.inCheckout(all, TOKEN, {
        host,
        environment: preload?.environment,
      });
      network = preload && (await Network.start(preload, portsOf(stack)));
      return stack;
    };
    const oracle = await OracleStack.createOn(create, PARTITIONS, THRESHOLDS, {
      pipelines: [...pipelines],
      "alerts.rules": ["threshold"],
      "openSearch.enabled": pipelines.includes("search"),
      "supervisor.enabled": true,
      // As for users: a stack is healthy once each job has taken a checkpoint of its own accord.
      "flink.checkpointIntervalMs": CHECKPOINT_INTERVAL_MS,
      "notifier.enabled": true,
      // It has to reach the stand-in for Slack on this machine.
      "notifier.runsOn": "local",
      "slack.channel": CHANNEL,
      "slack.interval": "1s",
      "slack.apiUrl": slack.url,
    });
    return new FaultyStack(
      oracle,
      slack,
      await SlackLedger.open(oracle.stack.outputs, slack.workspace),
      await (host === "docker" ? Containers : Processes).of(oracle.stack),
      network,
      means,
    );
  }

  /** @param tearDown removes everything that runs */
  async destroy(tearDown?: () => Promise<void>): Promise<void> {
    await this.told?.close();
    await this.oracle.destroy(tearDown);
    await this.network?.close();
    await this.slack.stop();
  }

  get stack(): CommandLineStack {
    return this.oracle.stack;
  }

  /** The parts of a fault that must not be hit by another at the same time. */
  get everything(): string[] {
    return [...this.servers.names, "thresholds", "connections", "slack"];
  }

  get partitions(): number {
    return this.#partitions;
  }

  get canGrow(): boolean {
    return this.#partitions < MOST_PARTITIONS;
  }

  /** Adds a partition to every topic, through the settings. @param up applies them */
  async grow(up = () => this.#up()): Promise<void> {
    this.#partitions++;
    await this.stack.set({ "kafka.partitions": this.#partitions });
    await up();
    this.oracle.source.grow(this.#partitions);
  }

  /** Changes how often jobs take a checkpoint: each job is stopped and resumes from there. @param up applies it */
  async changeInterval(up = () => this.#up()): Promise<void> {
    this.#checkpointIntervalMs += CHECKPOINT_INTERVAL_MS / 100;
    await this.stack.set({ "flink.checkpointIntervalMs": this.#checkpointIntervalMs });
    await up();
  }

  async #up(): Promise<void> {
    await this.stack.up();
  }
}

const portsOf = (stack: CommandLineStack) =>
  new Map(Object.entries(LINKS).map(([server, setting]) => [server, stack.portOf(setting)]));
