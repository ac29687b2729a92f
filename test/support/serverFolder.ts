import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isAlive, type ProcessIdentity } from "../../provider/process/identity.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { release } from "../../provider/process/supervision.ts";

/** A temporary folder for the servers of one test; when the test ends, they are killed and the folder is removed. */
export class ServerFolder {
  readonly path = mkdtempSync(join(tmpdir(), "streaming-server-"));

  constructor() {
    onTestFinished(() => this.remove());
  }

  /** Inputs of a server `name` that runs `source` as a Node.js script, ready as soon as it has written `ready`. */
  server(source: string, { name = "one", ...inputs }: Partial<ServerInputs> & { name?: string } = {}) {
    const directory = join(this.path, "data", name);
    return {
      command: [process.execPath, "-e", source],
      directory,
      logFile: join(this.path, "logs", `${name}.log`),
      readiness: { command: ["test", "-e", join(directory, "ready")] },
      startTimeoutSeconds: 60,
      ...inputs,
    } satisfies ServerInputs;
  }

  /** The text of a file below the folder. */
  read(path: string): string {
    return readFileSync(join(this.path, path), "utf8");
  }

  exists(path: string): boolean {
    return existsSync(join(this.path, path));
  }

  /** The process recorded in a server's folder. */
  process(name = "one"): ProcessIdentity {
    return JSON.parse(this.read(`data/${name}/.process.json`)) as ProcessIdentity;
  }

  private async remove(): Promise<void> {
    for (const name of this.exists("data") ? readdirSync(join(this.path, "data")) : []) {
      await release(join(this.path, "data", name));
      if (this.exists(`data/${name}/.process.json`)) killGroup(this.process(name).pid);
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A script that writes `ready` and then keeps running; not forever, in case a failing test loses track of it. */
export const runsOn = `require("node:fs").writeFileSync("ready", ""); setTimeout(() => {}, 30_000);`;

/** A script that accepts connections on a port of 127.0.0.1. */
export const listensAt = (port: number) => `require("node:net").createServer().listen(${port}, "127.0.0.1");`;

const CHILD = `process.on("SIGTERM", () => {});
require("node:fs").writeFileSync("child", String(process.pid)); setTimeout(() => {}, 30_000);`;

/** A script that starts a child which ignores TERM, then runs `then` once the child has written its pid to `child`. */
export const startsChild = (then: string) =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(CHILD)}], { stdio: "ignore" });
  const wait = setInterval(() => {
    if (!require("node:fs").existsSync("child")) return;
    clearInterval(wait);
    ${then}
  }, 20);`;

/** Waits, at most 30 s, until a process has ended. */
export async function ended(server: ProcessIdentity): Promise<boolean> {
  for (let attempt = 0; attempt < 600 && isAlive(server); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return !isAlive(server);
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // No process of the group is left.
  }
}
