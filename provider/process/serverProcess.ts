import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Account, accountOf } from "../../lib/account.ts";
import { MUST_BE_FIXED } from "../../lib/exitCodes.ts";
import { replaceFile } from "../../lib/replaceFile.ts";
import { until } from "../../lib/until.ts";
import { MustBeFixed } from "../../lib/userError.ts";
import { keepClassArchive, recordingSeconds, withClassArchive } from "./classArchive.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import { startKeeper } from "./keeper.ts";
import { logTail, sizeOf } from "./logTail.ts";
import { assertPortsFree } from "./ports.ts";
import { describeReadiness, isReady } from "./readiness.ts";
import { serverEnvironment } from "./serverEnvironment.ts";
import { makeDataFolder, writeServerFiles } from "./serverFiles.ts";
import { isPrepared, PID_FILE, PREPARED } from "./serverFolder.ts";
import type { ServerInputs } from "./serverInputs.ts";
import { signal } from "./signal.ts";
import { release, supervise } from "./supervision.ts";

const POLL_MS = 100;
const STOP_POLL_MS = 50;
/** How long the kernel may take to end a killed process. */
const KILL_MS = 30_000;

/**
 * Starts a server on its directory and waits until it is ready.
 *
 * @throws if a port is in use, the preparation fails, or the server dies or is not ready in time; for the last two, the
 * message includes the last lines of its log. Nothing is left running. MustBeFixed if the server itself reported it
 */
export async function startServer(inputs: ServerInputs): Promise<ProcessIdentity> {
  await release(inputs.directory);
  // Left by an `up` that was interrupted after starting the server and before recording it.
  await stopServer(inputs, notedServer(inputs.directory));
  return launchServer(inputs);
}

/** As {@link startServer}, if no process of the server is running and nobody else starts it. */
export async function launchServer(inputs: ServerInputs): Promise<ProcessIdentity> {
  await assertPortsFree(inputs.ports ?? {});

  const account = inputs.runAs === undefined ? undefined : accountOf(inputs.runAs);
  writeServerFiles(inputs, account);
  const logStart = sizeOf(inputs.logFile);
  const log = openSync(inputs.logFile, "a", 0o600);
  try {
    await prepare(inputs, log, account);
    await runBefore(inputs, log, account);
    const child = await launch(inputs, withClassArchive(inputs, inputs.command), log, account);
    child.unref();
    const { pid } = child;
    // Signals to -1 go to every process of the user.
    if (pid === undefined) throw new Error(`${inputs.command[0]} was started, but has no process id`);
    const started = identify(pid) ?? { pid, startedAt: "ended at once" };
    try {
      replaceFile(join(inputs.directory, PID_FILE), JSON.stringify(started));
      const keeper = startKeeper(pid, inputs);
      await untilReady(inputs, started, logStart).catch(async (error: Error) => {
        throw (await hasAskedForHelp(child, started)) ? new MustBeFixed(error.message) : error;
      });
      // Not earlier: a server that does not become ready is its starter's responsibility.
      if (inputs.supervised && keeper !== undefined) supervise({ inputs, keeper });
      return started;
    } catch (error) {
      // On a full disk it may not have been recorded, and it would hold its ports and data forever.
      killGroup(started);
      throw error;
    }
  } finally {
    closeSync(log);
  }
}

/**
 * Takes over a server that somebody else started, and waits until it is ready.
 *
 * @throws as startServer
 */
export async function adoptServer(inputs: ServerInputs, server: ProcessIdentity): Promise<void> {
  await untilReady(inputs, server, sizeOf(inputs.logFile));
}

/** Gives a running server a new keeper, as its inputs say. */
export function keepServer(inputs: ServerInputs, server: ProcessIdentity): void {
  const keeper = startKeeper(server.pid, inputs);
  if (inputs.supervised && keeper !== undefined) supervise({ inputs, keeper });
}

/** Asks the process to end, waits for the grace period, then kills it and its children. */
export async function stopServer(
  inputs: Pick<ServerInputs, "stopSignal" | "graceSeconds" | "classArchive"> & {
    readonly directory?: string;
  },
  server: ProcessIdentity | undefined,
): Promise<void> {
  if (server === undefined || !isAlive(server)) return;
  signal(server.pid, inputs.stopSignal ?? "SIGTERM");
  const hasEnded = () => !isAlive(server);
  const seconds = (inputs.graceSeconds ?? 10) + recordingSeconds(inputs);
  if (await until(hasEnded, { deadline: seconds * 1000, pollMs: STOP_POLL_MS })) keepClassArchive(inputs);
  killGroup(server);
  if (await until(hasEnded, { deadline: KILL_MS, pollMs: STOP_POLL_MS })) return;
  throw new Error(`the server with pid ${server.pid} still runs ${KILL_MS / 1000} s after it was killed`);
}

/**
 * Kills a server and its children, or the children that it left behind; it leads its own process group. A leader's id
 * is not reused while its group has members.
 */
export function killGroup(server: ProcessIdentity): void {
  if (isAlive(server) || identify(server.pid) === undefined) signal(-server.pid, "SIGKILL");
}

/** Runs the preparation once; the marker is written only after success, so a failed one starts over. */
async function prepare(inputs: ServerInputs, log: number, account: Account | undefined): Promise<void> {
  if (inputs.prepare === undefined || isPrepared(inputs.directory)) return;
  makeDataFolder(inputs, inputs.prepare.creates, account);
  const logStart = sizeOf(inputs.logFile);
  const child = await launch(inputs, inputs.prepare.command, log, account);
  const code = child.exitCode ?? (await once(child, "exit"))[0];
  if (code !== 0) {
    const program = inputs.prepare.command[0];
    throw new Error(
      `preparing with ${program} failed (exit code ${code}):\n${logTail(inputs.logFile, logStart)}`,
    );
  }
  writeFileSync(join(inputs.directory, PREPARED), "");
}

async function runBefore(inputs: ServerInputs, log: number, account: Account | undefined): Promise<void> {
  if (inputs.beforeStart === undefined) return;
  const child = await launch(inputs, inputs.beforeStart, log, account).catch(() => undefined);
  if (child?.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Starts a program detached, in its own session, so that it outlives the engine and this provider. */
async function launch(
  inputs: ServerInputs,
  [program = "", ...args]: readonly string[],
  log: number,
  account: Account | undefined,
): Promise<ChildProcess> {
  const child = spawn(program, args, {
    cwd: inputs.directory,
    env: serverEnvironment(inputs),
    stdio: ["ignore", log, log],
    detached: true,
    ...account,
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new Error(`cannot start ${program}: ${(error as Error).message}`);
  }
  return child;
}

/** Whether a server has ended with the exit code that means that restarting it does not help. */
async function hasAskedForHelp(child: ChildProcess, server: ProcessIdentity): Promise<boolean> {
  if (isAlive(server)) return false;
  child.ref();
  return (child.exitCode ?? child.signalCode ?? (await once(child, "exit"))[0]) === MUST_BE_FIXED;
}

async function untilReady(inputs: ServerInputs, server: ProcessIdentity, logStart: number): Promise<void> {
  const seconds = inputs.startTimeoutSeconds ?? 60;
  const ready = async () => {
    if (await isReady(inputs.readiness)) return true;
    if (isAlive(server)) return false;
    killGroup(server);
    throw new Error(
      `the server ended during startup. The last lines of ${inputs.logFile}:\n${logTail(inputs.logFile, logStart)}`,
    );
  };
  if (await until(ready, { deadline: seconds * 1000, pollMs: POLL_MS })) return;
  await stopServer(inputs, server);
  throw new Error(
    `the server was not ready after ${seconds} s (waited for ${describeReadiness(inputs.readiness)}), so it was ` +
      `stopped. The last lines of ${inputs.logFile}:\n${logTail(inputs.logFile, logStart)}`,
  );
}

/** The process recorded in a server's directory, alive or not; undefined if there never was one. */
export function notedServer(directory: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, PID_FILE), "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** A server's process: the recorded one, or the one that was started in its place; undefined if none is running. */
export function runningServer(
  recorded: ProcessIdentity & Pick<ServerInputs, "directory">,
): ProcessIdentity | undefined {
  const { pid, startedAt } = recorded;
  const known = [notedServer(recorded.directory), { pid, startedAt }];
  return known.find((server) => server !== undefined && isAlive(server));
}
