import { createHash } from "node:crypto";
import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { projectDirectory } from "../../../lib/paths.ts";
import { formerLogs } from "../../../provider/process/keeper.ts";
import { isServerFolder } from "../../../provider/process/serverFolder.ts";

/** The one server that runs as another user if we are root. */
export const POSTGRES = "postgres";

/** Every server that a stack may run on this machine, now or with an earlier version of the project. */
const SERVERS = [
  "kafka",
  POSTGRES,
  "opensearch",
  "flink-jobmanager",
  "flink-taskmanager",
  "flink-sql-gateway",
  "generator",
  "notifier",
  "page",
] as const;

/** What Flink creates again in a folder that somebody has removed. */
const RECREATED = ["blob", "storage", "upload"];

type ServerName = (typeof SERVERS)[number];

/** Where the servers of one stack keep their data and logs. */
export class StackFolders {
  /** @param directory absolute, the stack's own */
  constructor(readonly directory: string) {}

  get logs(): string {
    return join(this.directory, "logs");
  }

  data(server: ServerName): string {
    return join(this.directory, server);
  }

  log(server: ServerName): string {
    return join(this.logs, `${server}.log`);
  }

  /** Whether a folder is that of a server of the stack, by its name. */
  has(directory: string): boolean {
    return this.all().includes(directory);
  }

  /** The existing folders of servers, whether or not the stack's state knows them. */
  present(): string[] {
    return this.all().filter(isServerFolder);
  }

  /**
   * What else is in the stack's folder: the setting `directory` may name any folder. Hidden files do not count, such as
   * those of a file manager.
   *
   * @param known folders of servers that the stack's state knows
   */
  foreign(known: readonly string[]): string[] {
    const own = [...this.present(), ...known, this.logs];
    const names = existsSync(this.directory) ? readdirSync(this.directory) : [];
    const paths = names.filter((name) => !name.startsWith(".")).map((name) => join(this.directory, name));
    return paths
      .filter((path) => !own.includes(path) && !(this.has(path) && isRecreated(path)))
      .map((path) => basename(path));
  }

  /**
   * Removes the folders and logs of the stack's servers, and then its own folder if nothing else is in it.
   *
   * @param known further folders of its servers, which may have no mark: those that its state knew, for example
   */
  remove(known: readonly string[] = []): void {
    const other = this.dataOfOtherUser(POSTGRES);
    const folders = [...this.present(), ...known.filter((folder) => this.has(folder)), other];
    const logs = SERVERS.map((server) => this.log(server)).flatMap((log) => [log, ...formerLogs(log)]);
    for (const path of [...folders, ...logs]) rmSync(path, { recursive: true, force: true });
    for (const folder of [this.logs, this.directory, dirname(other)]) removeIfEmpty(folder);
  }

  private all(): string[] {
    return [...SERVERS.map((server) => this.data(server)), this.dataOfOtherUser(POSTGRES)];
  }

  /**
   * The data folder of a server that runs as another user if we are root: this project may be in a home folder that
   * that user cannot enter.
   */
  dataOfOtherUser(server: ServerName): string {
    const key = createHash("sha256").update(this.data(server)).digest("hex").slice(0, 12);
    return `/var/lib/streaming-anomaly-detection/${server}-${key}`;
  }
}

/**
 * Where a stack keeps data and logs of what runs on this machine.
 *
 * @param directory the setting of that name, relative to the project unless absolute
 */
export function stackFolders(directory: string, stack: string): StackFolders {
  return new StackFolders(physical(join(resolve(projectDirectory, directory), stack)));
}

/** A path without symbolic links, as processes report their folders. Its last parts need not exist. */
function physical(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(physical(parent), basename(path));
}

const isRecreated = (path: string) =>
  statSync(path).isDirectory() && readdirSync(path).every((name) => RECREATED.includes(name));

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It holds something else, or never existed.
  }
}
