import { createHash } from "node:crypto";
import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { projectDirectory } from "../../../lib/paths.ts";
import { isServerFolder } from "../../../provider/process/serverFolder.ts";

/** The one server that runs as another user if we are root. */
export const POSTGRES = "postgres";

/** Where the servers of one stack keep their data and logs. */
export class StackFolders {
  /** @param directory absolute, the stack's own */
  constructor(readonly directory: string) {}

  get logs(): string {
    return join(this.directory, "logs");
  }

  data(server: string): string {
    return join(this.directory, server);
  }

  log(server: string): string {
    return join(this.logs, `${server}.log`);
  }

  /** Whether a folder is that of a server of the stack. */
  has(directory: string): boolean {
    if (directory === this.dataOfOtherUser(POSTGRES)) return true;
    return dirname(directory) === this.directory && directory !== this.logs;
  }

  /** The existing folders of servers, whether or not the stack's state knows them. */
  present(): string[] {
    const names = existsSync(this.directory) ? readdirSync(this.directory) : [];
    return [...names.map((name) => this.data(name)), this.dataOfOtherUser(POSTGRES)].filter(isServerFolder);
  }

  /** Removes whatever exists of the stack. */
  remove(): void {
    for (const directory of [this.directory, this.dataOfOtherUser(POSTGRES)]) {
      rmSync(directory, { recursive: true, force: true });
    }
    removeIfEmpty(dirname(this.dataOfOtherUser(POSTGRES)));
  }

  /**
   * The data folder of a server that runs as another user if we are root: this project may be in a home folder that
   * that user cannot enter.
   */
  dataOfOtherUser(server: string): string {
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

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Other stacks have something there, or it never existed.
  }
}
