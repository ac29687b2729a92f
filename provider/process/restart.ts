import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { MustBeFixed } from "../../lib/userError.ts";
import { isAlive } from "./identity.ts";
import { noteRestart, pauseBefore, restartsOf } from "./restarts.ts";
import { killGroup, launchServer, notedServer } from "./serverProcess.ts";
import { becomeRestarter, supervisionOf } from "./supervision.ts";
import { logLine } from "./supervisorLog.ts";

/*
 * A server's keeper starts this once the server has ended. It starts the server again on its data, after a pause that
 * grows with the number of restarts, and then runs `afterRestart`. Its output goes to the server's log. It exits with 0
 * if the server is running again, is no longer wanted, or has reported that somebody has to fix something first; with 1
 * if the server could not be started, and the keeper then tries again.
 */

let afterwards: ReturnType<typeof spawn> | undefined;

const [directory = ""] = process.argv.slice(2);

// A server is started and its id recorded without other work in between, so this handler never runs between the two.
process.once("SIGTERM", () => {
  afterwards?.kill();
  process.exit(143);
});

/** Whether the keeper that started this process may still start the server. */
function isWanted(): boolean {
  if (supervisionOf(directory)?.keeper.pid !== process.ppid) return false;
  const server = notedServer(directory);
  return server === undefined || !isAlive(server);
}

async function restart(): Promise<void> {
  await becomeRestarter(directory);
  const former = restartsOf(directory);
  const pauseMs = pauseBefore(former);
  const when = pauseMs === 0 ? "" : ` in ${pauseMs / 1000} s`;
  logLine(`the server (pid ${notedServer(directory)?.pid}) has ended; restarting it${when}`);
  await sleep(pauseMs);
  const supervision = supervisionOf(directory);
  if (supervision === undefined || !isWanted()) return;
  // Processes that it left behind would hold its data and its ports.
  const ended = notedServer(directory);
  if (ended !== undefined) killGroup(ended);
  const { pid } = await launchServer(supervision.inputs);
  const { count } = noteRestart(directory);
  logLine(
    `the server is running again as pid ${pid}; it has been restarted ${count === 1 ? "once" : `${count} times`}`,
  );
  await runAfterwards(supervision.inputs.afterRestart ?? []);
}

/** The server's own last line. */
const saidLast = ({ message }: Error) => message.split("\n").at(-1)?.trim();

async function runAfterwards([program, ...args]: readonly string[]): Promise<void> {
  if (program === undefined) return;
  afterwards = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  await once(afterwards, "exit");
}

try {
  if (isWanted()) await restart();
  process.exit(0);
} catch (error) {
  if (error instanceof MustBeFixed) {
    logLine(`the server cannot run until this is fixed, and will not be restarted: ${saidLast(error)}`);
    process.exit(0);
  }
  logLine(`the server could not be started again: ${(error as Error).message}`);
  process.exit(1);
}
