import { spawn } from "node:child_process";
import { join } from "node:path";
import { typeScriptCommand } from "../../lib/typeScriptCommand.ts";
import { identify, type ProcessIdentity } from "./identity.ts";
import { keeperEnvironment } from "./serverEnvironment.ts";
import type { ServerInputs } from "./serverInputs.ts";

/** How long a server's log may get, in bytes, before a new one is started. */
export const LOG_BYTES = 10 * 1024 * 1024;

/** The previous parts of a log, newest first. */
export const formerLogs = (logFile: string) => [`${logFile}.1`, `${logFile}.2`];

// The log is copied and truncated, not renamed: the server keeps appending to the same open file. A process that has
// ended but has not been waited for still has its id; on Linux, its state shows this. A user may remove logs, and their
// folder, or the Node that started this; without the server's folder, or the one that holds the logs' folder, the server
// is no longer wanted.
const KEEP = `
pid=$1 folder=$2 log=$3 limit=$4 former=$5 older=$6
shift 6
logs=\${log%/*}
is_wanted() {
  [ -d "$folder" ] && { [ -d "$logs" ] || mkdir -m 700 "$logs" 2>/dev/null; }
}
is_running() {
  kill -0 "$pid" 2>/dev/null || return 1
  [ -r "/proc/$pid/stat" ] || return 0
  read -r stat <"/proc/$pid/stat" 2>/dev/null || return 1
  case $stat in *") Z "*) return 1 ;; esac
}
while is_running && is_wanted; do
  if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt "$limit" ]; then
    [ -f "$former" ] && mv -f "$former" "$older"
    cp -p "$log" "$former"
    [ -f "$log" ] && : >"$log"
  fi
  sleep 1
done
pause=1
while [ $# -gt 0 ] && is_wanted; do
  [ -x "$1" ] || { shift; set -- node "$@"; }
  "$@" >>"$log" 2>&1 && exit
  sleep "$pause"
  pause=$((pause * 2))
  [ "$pause" -gt 8 ] && pause=8
done`;

/**
 * Starts a keeper that runs beside a server. It rotates the log once it exceeds `logBytes` and keeps two previous
 * parts; once a supervised server has ended, it has restart.ts start it again. It is a shell that takes about 1 MB of
 * memory, outlives this process as the server does, and works for every program.
 *
 * @returns the shell; undefined if there is none, but the server works without it
 */
export function startKeeper(pid: number, inputs: ServerInputs): ProcessIdentity | undefined {
  const { logFile, logBytes = LOG_BYTES, supervised = false } = inputs;
  const log = [inputs.directory, logFile, `${logBytes}`, ...formerLogs(logFile)];
  const restart = supervised
    ? typeScriptCommand(join(import.meta.dirname, "restart.ts"), inputs.directory)
    : [];
  const keeper = spawn("/bin/sh", ["-c", KEEP, "keeper", `${pid}`, ...log, ...restart], {
    cwd: "/",
    env: keeperEnvironment(),
    stdio: "ignore",
    detached: true,
  });
  keeper.on("error", () => {});
  keeper.unref();
  return keeper.pid === undefined ? undefined : identify(keeper.pid);
}
