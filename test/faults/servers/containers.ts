import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineOf, isRemote, stackLabel } from "../../../components/hosts/docker/address.ts";
import type { CommandLineStack } from "../../support/commandLineStack.ts";
import { docker, runDocker } from "../../support/docker.ts";
import { Processes, signalAll } from "./processes.ts";
import type { Servers, Taken } from "./servers.ts";

const MB: Readonly<Record<string, number>> = {
  B: 1e-6,
  kB: 1e-3,
  MB: 1,
  GB: 1e3,
  KiB: 0.001024,
  MiB: 1.048576,
  GiB: 1073.74,
};

/**
 * Servers that are containers. An engine restarts a container whose process dies, but not one that it was told to kill
 * or stop: with rights to signal the processes themselves, they die as in a crash, and without, only `up` brings them
 * back.
 */
export class Containers implements Servers {
  private constructor(
    private readonly label: string,
    /** Each container's name on the engine, by server name. */
    private readonly containers: ReadonlyMap<string, string>,
    /** Those of the stack that run on this machine. */
    private readonly processes: Processes,
    private readonly maySignal: boolean,
  ) {}

  static async of(stack: CommandLineStack): Promise<Containers> {
    const containers = stack.resources("docker:index/container:Container");
    const names = containers.map(
      ({ urn, outputs }) => [urn.split("::").at(-1) ?? "", String(outputs.name)] as const,
    );
    return new Containers(
      stackLabel(stack.stack.name),
      new Map(names),
      await Processes.of(stack),
      process.platform === "linux" && process.getuid?.() === 0 && !isRemote(engineOf("").address),
    );
  }

  get names(): string[] {
    return [...this.containers.keys()];
  }

  async kill(name: string): Promise<void> {
    if (this.maySignal) signalAll([await this.pidOf(name)], "SIGKILL");
    else await docker("kill", this.containerOf(name));
  }

  async stop(name: string): Promise<void> {
    if (this.maySignal)
      signalAll([await this.pidOf(name)], name.startsWith("postgres") ? "SIGINT" : "SIGTERM");
    else await docker("stop", this.containerOf(name));
  }

  async freeze(name: string): Promise<void> {
    await docker("pause", this.containerOf(name));
  }

  async thaw(name: string): Promise<void> {
    await docker("unpause", this.containerOf(name));
  }

  async killAll(): Promise<void> {
    if (!this.maySignal) await docker("kill", ...this.containers.values());
    else signalAll(await Promise.all(this.names.map((name) => this.pidOf(name))), "SIGKILL");
  }

  /** A JobManager that starts again has no jobs, and nothing in Docker resumes them. */
  needsUp(name: string): boolean {
    return !this.maySignal || name === "flink-jobmanager";
  }

  async dead(): Promise<string | undefined> {
    const running = lines(await docker("ps", "--format", "{{.Names}}", ...this.own("status=running")));
    return this.names.find((name) => !running.includes(this.containerOf(name)));
  }

  async taken(): Promise<Taken> {
    const memory = await docker(
      "stats",
      "--no-stream",
      "--format",
      "{{.MemUsage}}",
      ...this.containers.values(),
    );
    const volumes = lines(await docker("volume", "ls", "--format", "{{.Name}}", ...this.own()));
    const sizes = await docker(
      "system",
      "df",
      "-v",
      "--format",
      "{{range .Volumes}}{{.Name}} {{.Size}}\n{{end}}",
    );
    const own = lines(sizes).filter((line) => volumes.includes(line.split(" ")[0] ?? ""));
    const logs = await Promise.all(this.names.map(async (name) => (await this.logOf(name)).length / 1e6));
    return {
      memory: sum(lines(memory).map((line) => megabytes(line.split(" / ")[0] ?? ""))),
      disk: sum([...own.map((line) => megabytes(line.split(" ")[1] ?? "")), ...logs]),
      logs: sum(logs),
    };
  }

  async keepLogs(folder: string): Promise<void> {
    await this.processes.keepLogs(folder);
    for (const name of this.names) writeFileSync(join(folder, `${name}.log`), await this.logOf(name));
  }

  async leftovers(): Promise<string[]> {
    const kinds = [
      ["ps", "--all", "--format", "{{.Names}}"],
      ["volume", "ls", "--format", "{{.Name}}"],
      ["network", "ls", "--format", "{{.Name}}"],
    ];
    const found = kinds.map(async (list) => lines(await docker(...list, ...this.own())));
    return [...(await Promise.all(found)).flat(), ...(await this.processes.leftovers())];
  }

  private containerOf(name: string): string {
    return this.containers.get(name) ?? "";
  }

  private async pidOf(name: string): Promise<number> {
    const pid = Number(await docker("inspect", "--format", "{{.State.Pid}}", this.containerOf(name)));
    // 0 means that it does not run; as a signal's target it would be our own process group.
    return pid === 0 ? Number.NaN : pid;
  }

  private async logOf(name: string): Promise<string> {
    const { stdout, stderr } = await runDocker("logs", this.containerOf(name));
    return stdout + stderr;
  }

  /** Options that restrict a list to what belongs to the stack. */
  private own(...filters: readonly string[]): string[] {
    return [`label=${this.label}`, ...filters].flatMap((filter) => ["--filter", filter]);
  }
}

const lines = (text: string) => text.split("\n").filter(Boolean);
const sum = (values: readonly number[]) => Math.round(values.reduce((total, value) => total + value, 0));

/** @param size such as `12.5MiB` */
function megabytes(size: string): number {
  const [, value = "0", unit = "B"] = /^([\d.]+)\s*(\w+)$/.exec(size.trim()) ?? [];
  return Number(value) * (MB[unit] ?? 0);
}
