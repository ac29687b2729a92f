import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { promisify } from "node:util";
import { isAlive } from "../../../provider/process/identity.ts";
import { residentMegabytes } from "../../../provider/process/memory.ts";
import { notedServer } from "../../../provider/process/serverProcess.ts";
import { signal } from "../../../provider/process/signal.ts";
import { supervisionOf } from "../../../provider/process/supervision.ts";
import type { CommandLineStack } from "../../support/commandLineStack.ts";
import { processes, processesOf } from "../../support/processes.ts";
import type { Servers, Taken } from "./servers.ts";

/** Servers that are processes of this machine, each with its supervisor. */
export class Processes implements Servers {
  readonly #frozen = new Map<string, number[]>();

  private constructor(
    private readonly directory: string,
    private readonly logs: string | undefined,
    /** Each server's folder, by server name. */
    private readonly folders: ReadonlyMap<string, string>,
  ) {}

  static async of(stack: CommandLineStack): Promise<Processes> {
    const servers = stack.servers();
    const folders = new Map(servers.map(({ name, directory }) => [name, directory]));
    return new Processes(stack.directory, stack.outputs.logs, folders);
  }

  get names(): string[] {
    return [...this.folders.keys()];
  }

  async kill(name: string): Promise<void> {
    signalAll([this.pidOf(name)], "SIGKILL");
  }

  async stop(name: string): Promise<void> {
    // With INT, PostgreSQL does not wait for its clients.
    signalAll([this.pidOf(name)], name.startsWith("postgres") ? "SIGINT" : "SIGTERM");
  }

  async freeze(name: string): Promise<void> {
    const family = this.familyOf(name);
    this.#frozen.set(name, family);
    signalAll(family, "SIGSTOP");
  }

  async thaw(name: string): Promise<void> {
    signalAll(this.#frozen.get(name) ?? [], "SIGCONT");
  }

  async killAll(): Promise<void> {
    const keepers = this.names.map((name) => supervisionOf(this.folderOf(name))?.keeper.pid);
    signalAll(keepers, "SIGKILL");
    signalAll(
      this.names.flatMap((name) => this.familyOf(name)),
      "SIGKILL",
    );
  }

  /** The supervisors restart everything, and resume the jobs of a JobManager. */
  needsUp(): boolean {
    return false;
  }

  async dead(): Promise<string | undefined> {
    return this.names.find((name) => {
      const process = notedServer(this.folderOf(name));
      return process === undefined || !isAlive(process);
    });
  }

  async taken(): Promise<Taken> {
    return {
      memory: this.names.reduce((total, name) => total + residentMegabytes(this.pidOf(name)), 0),
      disk: await megabytesOf(`${this.directory}/data`),
      logs: this.logs === undefined ? 0 : await megabytesOf(this.logs),
    };
  }

  async keepLogs(folder: string): Promise<void> {
    if (this.logs !== undefined) cpSync(this.logs, folder, { recursive: true });
  }

  /** Of this stack, or of a run on it. */
  async leftovers(): Promise<string[]> {
    return processesOf([this.directory, ...this.folders.values()]);
  }

  private folderOf(name: string): string {
    return this.folders.get(name) ?? "";
  }

  private pidOf(name: string): number {
    return notedServer(this.folderOf(name))?.pid ?? Number.NaN;
  }

  /** A server's process and its descendants; those of PostgreSQL do not form a process group. */
  private familyOf(name: string): number[] {
    const all = processes();
    const family = [this.pidOf(name)];
    for (const id of family) family.push(...all.filter(({ parent }) => parent === id).map(({ pid }) => pid));
    return family;
  }
}

/** Sends a signal to processes, some of which may have ended. */
export function signalAll(pids: readonly (number | undefined)[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    if (pid !== undefined && !Number.isNaN(pid)) signal(pid, name);
  }
}

async function megabytesOf(folder: string): Promise<number> {
  // Files come and go meanwhile, and du complains about it.
  const { stdout } = await promisify(execFile)("du", ["-sk", folder]).catch(
    (error) => error as { stdout: string },
  );
  return Math.round(Number.parseInt(stdout, 10) / 1024);
}
