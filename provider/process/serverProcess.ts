import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Account, accountOf } from "../../lib/account.ts";
import { until } from "../../lib/until.ts";
import { keepClassArchive, recordingSeconds, withClassArchive } from "./classArchive.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import { keepLogShort } from "./logKeeper.ts";
import { logTail, sizeOf } from "./logTail.ts";
import { assertPortsFree } from "./ports.ts";
import { describeReadiness, isReady } from "./readiness.ts";
import { isPrepared, PID_FILE, PREPARED } from "./serverFolder.ts";
import type { ServerInputs } from "./serverInputs.ts";

const POLL_MS = 100;
const STOP_POLL_MS = 50;
/** How long the kernel may take to end a process that is killed. */
const KILL_MS = 30_000;

/**
 * Starts a server on its directory and waits until it is ready.
 *
 * @throws if a port is in use, the preparation fails, or the server dies or is not ready in time; for the last two
 * with the last lines of its log. Nothing is left running then.
 */
export async function startServer(inputs: ServerInputs): Promise<ProcessIdentity> {
  // Left by an `up` that was interrupted after the start and before it was recorded.
  await stopServer(inputs, readPidFile(inputs));
  await assertPortsFree(inputs.ports ?? {});

  const account = inputs.runAs === undefined ? undefined : accountOf(inputs.runAs);
  writeFiles(inputs, account);
  const logStart = sizeOf(inputs.logFile);
  const log = openSync(inputs.logFile, "a", 0o600);
  try {
    await prepare(inputs, log, account);
    const child = await launch(inputs, withClassArchive(inputs, inputs.command), log, account);
    child.unref();
    const pid = child.pid ?? -1;
    const started = identify(pid) ?? { pid, startedAt: "ended at once" };
    writeFileSync(pidFile(inputs), JSON.stringify(started));
    keepLogShort(pid, inputs.logFile, inputs.logBytes);
    await untilReady(inputs, started, logStart);
    return started;
  } finally {
    closeSync(log);
  }
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
 * Kills a server and its children, or those that it left behind: it leads its own process group. A leader's id is not
 * reused as long as its group has members.
 */
function killGroup(server: ProcessIdentity): void {
  if (isAlive(server) || identify(server.pid) === undefined) signal(-server.pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has already ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function writeFiles(inputs: ServerInputs, account: Account | undefined): void {
  // Data and logs are private, but another user must be able to reach its own folder.
  makeFolder(inputs.directory, account === undefined ? 0o700 : 0o755);
  makeFolder(dirname(inputs.logFile), 0o700);
  if (account !== undefined) chownSync(inputs.directory, account.uid, account.gid);
  for (const [name, { content, secret }] of Object.entries(inputs.files ?? {})) {
    const path = join(inputs.directory, name);
    makeFolder(dirname(path), 0o755);
    // Removed first: the mode applies only to a new file.
    rmSync(path, { force: true });
    writeFileSync(path, content, { mode: secret ? 0o600 : 0o644 });
    chmodSync(path, secret ? 0o600 : 0o644);
    if (account !== undefined) chownSync(path, account.uid, account.gid);
  }
}

/** Creates a folder and its missing parents with a mode that does not depend on the umask. */
function makeFolder(directory: string, mode: number): void {
  const first = mkdirSync(directory, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) chmodSync(made, mode);
}

/** Runs the preparation once; the marker is written only after success, so a failed one starts over. */
async function prepare(inputs: ServerInputs, log: number, account: Account | undefined): Promise<void> {
  if (inputs.prepare === undefined || isPrepared(inputs.directory)) return;
  rmSync(join(inputs.directory, inputs.prepare.creates), { recursive: true, force: true });
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

/** Starts a program detached, in its own session, so that it outlives the engine and this provider. */
async function launch(
  inputs: ServerInputs,
  [program = "", ...args]: readonly string[],
  log: number,
  account: Account | undefined,
): Promise<ChildProcess> {
  const child = spawn(program, args, {
    cwd: inputs.directory,
    env: environment(inputs),
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

/** What programs need to run, and the proxies, in both common spellings. */
const INHERITED = [
  ...["PATH", "HOME", "TMPDIR"],
  ...["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
];

/**
 * Only what is needed: our tokens and passphrases must not reach a server. Times and texts do not depend on the user who
 * starts it: UTC, and UTF-8, without which Java cannot even open a folder whose name is not ASCII.
 */
function environment(inputs: ServerInputs): NodeJS.ProcessEnv {
  // macOS, where UTF-8 is the default, has no such locale, and PostgreSQL would refuse it.
  const locale = process.platform === "linux" ? { LC_ALL: "C.UTF-8" } : inherited(["LANG", "LC_ALL"]);
  return { ...inherited(INHERITED), ...locale, TZ: "UTC", ...inputs.environment };
}

function inherited(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

const pidFile = (inputs: ServerInputs) => join(inputs.directory, PID_FILE);

function readPidFile(inputs: ServerInputs): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(pidFile(inputs), "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
