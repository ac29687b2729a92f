import { spawn } from "node:child_process";

/** How long a server's log may get, in bytes, before a new one is started. */
export const LOG_BYTES = 10 * 1024 * 1024;

/** The previous parts of a log, newest first. */
export const formerLogs = (logFile: string) => [`${logFile}.1`, `${logFile}.2`];

// The log is copied and truncated, not renamed: the server keeps appending to the same open file.
const KEEP = `
pid=$1 log=$2 limit=$3 former=$4 older=$5
while kill -0 "$pid" 2>/dev/null && [ -f "$log" ]; do
  if [ "$(wc -c <"$log")" -gt "$limit" ]; then
    [ -f "$former" ] && mv -f "$former" "$older"
    cp -p "$log" "$former"
    [ -f "$log" ] && : >"$log"
  fi
  sleep 1
done`;

/**
 * Rotates a server's log for as long as the server runs: once it exceeds `bytes`, it becomes the first of its previous
 * parts, of which two are kept. A shell does it, with about 1 MB of memory: it outlives this process as the server does,
 * and works for every program.
 */
export function keepLogShort(pid: number, logFile: string, bytes = LOG_BYTES): void {
  const args = ["-c", KEEP, "log-keeper", `${pid}`, logFile, `${bytes}`, ...formerLogs(logFile)];
  const keeper = spawn("/bin/sh", args, {
    cwd: "/",
    env: { PATH: process.env.PATH },
    stdio: "ignore",
    detached: true,
  });
  // The server works without it.
  keeper.on("error", () => {});
  keeper.unref();
}
