import { readdirSync, readFileSync } from "node:fs";
import { notedServer } from "../../provider/process/serverProcess.ts";
import { signal } from "../../provider/process/signal.ts";
import { supervisionOf } from "../../provider/process/supervision.ts";
import { THRESHOLDS } from "../oracle/cases/thresholds.ts";
import { OracleStack } from "../oracle/harness/oracleStack.ts";
import type { TestStack } from "../support/testStack.ts";
import { Network } from "./network.ts";
import type { Preload } from "./preload/preload.ts";

export const PARTITIONS = 3;
/** What is compared by stretches of the input; silences and what is learned follow from all of it. */
const PIPELINES = [
  ...["filter", "aggregate", "thresholdFilter", "countOverThreshold", "search", "notify", "alerts", "trend"],
  ...["quarantine", "late", "heartbeat"],
];

/** What reaches whom: by the server, the setting that is its port. */
const LINKS = {
  "kafka-broker": "kafka.port",
  "postgres-server": "postgres.port",
  "openSearch-node": "openSearch.port",
  "flink-jobmanager": "flink.rpcPort",
};

/** What some kinds of faults need of the machine. */
export interface Means {
  readonly preload?: Preload;
}

/** A stack with an oracle, to do damage to. */
export class FaultyStack {
  #partitions = PARTITIONS;

  private constructor(
    readonly oracle: OracleStack,
    /** The folder of each server, by its name. */
    private readonly folders: ReadonlyMap<string, string>,
    readonly network: Network | undefined,
  ) {}

  static async create(
    pipelines: readonly string[] = PIPELINES,
    { preload }: Means = {},
  ): Promise<FaultyStack> {
    let network: Network | undefined;
    const settings = {
      pipelines: [...pipelines],
      "alerts.rules": ["threshold"],
      "openSearch.enabled": pipelines.includes("search"),
      "supervisor.enabled": true,
      // As users have it: a stack is healthy once each job has taken a checkpoint by itself.
      "flink.checkpointIntervalMs": 1000,
    };
    const oracle = await OracleStack.create(PARTITIONS, THRESHOLDS, settings, {
      ...(preload && {
        environmentOf: (server) => (server.startsWith("flink") ? preload.environment : {}),
        prepare: async (stack) => {
          network = await Network.start(preload, portsOf(stack));
        },
      }),
    });
    const servers = await oracle.stack.servers();
    const folders = new Map(servers.map(({ name, directory }) => [name, directory]));
    return new FaultyStack(oracle, folders, network);
  }

  async destroy(): Promise<void> {
    await this.oracle.destroy();
    await this.network?.close();
  }

  get stack(): TestStack {
    return this.oracle.stack;
  }

  get servers(): string[] {
    return [...this.folders.keys()];
  }

  has(server: string): boolean {
    return this.folders.has(server);
  }

  folderOf(server: string): string {
    return this.folders.get(server) ?? "";
  }

  /** The id of a server's process now. */
  pidOf(server: string): number {
    return notedServer(this.folderOf(server))?.pid ?? Number.NaN;
  }

  /** The id of what starts a server again. */
  keeperOf(server: string): number | undefined {
    return supervisionOf(this.folderOf(server))?.keeper.pid;
  }

  /** A server's process and its descendants: those of PostgreSQL are no group. */
  familyOf(server: string): number[] {
    const parents = parentsOfAll();
    const family = [this.pidOf(server)];
    for (const pid of family)
      family.push(...[...parents].flatMap(([id, parent]) => (parent === pid ? id : [])));
    return family;
  }

  get partitions(): number {
    return this.#partitions;
  }

  /** Adds a partition to every topic, as the settings do. */
  async grow(): Promise<void> {
    this.#partitions++;
    await this.stack.set({ "kafka.partitions": this.#partitions });
    await this.stack.up();
    this.oracle.source.grow(this.#partitions);
  }
}

const portsOf = (stack: TestStack) =>
  new Map(Object.entries(LINKS).map(([server, setting]) => [server, stack.portOf(setting)]));

// proc(5): after the command in parentheses, the parent is field 4.
function parentsOfAll(): Map<number, number> {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])] as const];
      } catch {
        return []; // it has ended
      }
    }),
  );
}

/** Sends a signal to processes that may have ended. */
export function signalAll(pids: readonly (number | undefined)[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    if (pid !== undefined && !Number.isNaN(pid)) signal(pid, name);
  }
}
