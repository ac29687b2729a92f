import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replaceFile.ts";
import { until } from "../../lib/until.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import type { ServerInputs } from "./serverInputs.ts";
import { signal } from "./signal.ts";

/**
 * A file in a supervised server's directory: how to start it again, and which keeper may do so. Without it, nobody
 * does. It is secret, because it contains the server's files.
 */
const RECORD = ".supervised.json";
/** The process that is starting the server again. */
const RESTARTER = ".restarter.json";

/** How long one of our processes may take to end by itself. */
const GRACE_MS = 5_000;

export interface Supervision {
  readonly inputs: ServerInputs;
  readonly keeper: ProcessIdentity;
}

/** From now on, the keeper starts the server again if it ends. */
export function supervise({ inputs, keeper }: Supervision): void {
  replaceFile(join(inputs.directory, RECORD), JSON.stringify({ inputs, keeper }), 0o600);
}

/** Who starts a server again if it ends, and how; undefined if nobody should. */
export const supervisionOf = (directory: string) => read<Supervision>(join(directory, RECORD));

/** Whether somebody would start a server again. */
export function isSupervised(directory: string): boolean {
  const supervision = supervisionOf(directory);
  return supervision !== undefined && isAlive(supervision.keeper);
}

/** Whether a server is being started again, or its `afterRestart` command is still running. */
export function isBeingRestarted(directory: string): boolean {
  const restarter = restarterOf(directory);
  return restarter !== undefined && isAlive(restarter);
}

/** Makes this process the one that starts a server again; ends its predecessor, which may still be finishing. */
export async function becomeRestarter(directory: string): Promise<void> {
  const former = restarterOf(directory);
  if (former !== undefined) await end([former]);
  writeFileSync(join(directory, RESTARTER), JSON.stringify(identify(process.pid)));
}

const restarterOf = (directory: string) => read<ProcessIdentity>(join(directory, RESTARTER));

/**
 * Keeps the server from being started again: ends the keeper, and the process that may be starting the server now. A
 * server started in the meantime keeps running and is recorded in its directory.
 */
export async function release(directory: string): Promise<void> {
  for (;;) {
    const supervision = supervisionOf(directory);
    if (supervision === undefined) return;
    rmSync(join(directory, RECORD), { force: true });
    await end([supervision.keeper, restarterOf(directory)].filter((known) => known !== undefined));
  }
}

async function end(processes: readonly ProcessIdentity[]): Promise<void> {
  const remaining = () => processes.filter((one) => isAlive(one));
  for (const { pid } of remaining()) signal(pid, "SIGTERM");
  const hasEnded = await until(() => remaining().length === 0, { deadline: GRACE_MS, pollMs: 20 });
  if (!hasEnded) for (const { pid } of remaining()) signal(pid, "SIGKILL");
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
