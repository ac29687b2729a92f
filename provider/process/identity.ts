import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { statFields } from "./statFields.ts";

/**
 * A process is identified by its id and its start time, because ids are reused.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque text, equal only for the same process on the same boot. */
  readonly startedAt: string;
}

/** The identity of a running process; undefined if none has that id. */
export function identify(pid: number, platform = process.platform): ProcessIdentity | undefined {
  const startedAt = platform === "linux" ? linuxStart(pid) : utcStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether that exact process is still alive. */
export function isAlive({ pid, startedAt }: ProcessIdentity, platform = process.platform): boolean {
  const now = identify(pid, platform)?.startedAt;
  if (now === undefined) return false;
  if (now === startedAt) return true;
  // Earlier versions recorded the time in this machine's time zone and language instead of UTC.
  return now.startsWith(IN_UTC) && !startedAt.startsWith(IN_UTC) && psStart(pid, {}) === startedAt;
}

/** When a process started, to the second; undefined if none has that id, or `ps` does not say. */
export function startOf(pid: number): Date | undefined {
  const start = new Date(`${psStart(pid, UTC_AND_C)} UTC`);
  return Number.isNaN(start.getTime()) ? undefined : start;
}

/** The command line of a process, for messages; undefined if it cannot be determined. */
export function commandOf(pid: number): string | undefined {
  const command = wholeCommandOf(pid);
  return command === undefined ? undefined : shortened(command);
}

/** The whole command line of a process; undefined if it cannot be determined. */
export function wholeCommandOf(pid: number): string | undefined {
  try {
    const text =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
        : execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The whole command lines of all processes, as far as this user may see them; none if the system does not list them. */
export function allCommands(
  platform = process.platform,
): { readonly pid: number; readonly command: string }[] {
  try {
    if (platform !== "linux") return byPs();
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => ({ pid: Number(pid), command: wholeCommandOf(Number(pid)) ?? "" }));
  } catch {
    return []; // there is no `ps`
  }
}

function byPs() {
  const args = ["-A", "-ww", "-o", "pid=,args="];
  const text = execFileSync("ps", args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const found = [...text.matchAll(/^ *(\d+) (.*)$/gm)];
  return found.map(([, pid, command = ""]) => ({ pid: Number(pid), command }));
}

/** Keeps the beginning, which names the program, and the end, which names the main class of a Java program. */
const shortened = (command: string) =>
  command.length > 160 ? `${command.slice(0, 100)} … ${command.slice(-57)}` : command;

// proc(5): the number of threads is field 20; the start time, in clock ticks since boot, is field 22. The boot id makes
// it unique across reboots.
function linuxStart(pid: number): string | undefined {
  try {
    const fields = statFields(pid);
    // A zombie has ended, but its parent has not waited for it. Threads that still run hold its ports.
    if (fields[0] === "X" || (fields[0] === "Z" && Number(fields[17]) <= 1)) return undefined;
    return `${fields[19]}@${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`;
  } catch {
    return undefined;
  }
}

const IN_UTC = "UTC ";
/** Environment in which `ps` prints times independently of this machine's time zone and language. */
const UTC_AND_C = { TZ: "UTC", LC_ALL: "C" };

/** The start time from `ps`, independent of this machine's time zone and language. */
function utcStart(pid: number): string | undefined {
  const start = psStart(pid, UTC_AND_C);
  return start === undefined ? undefined : IN_UTC + start;
}

function psStart(pid: number, environment: NodeJS.ProcessEnv): string | undefined {
  try {
    const [state, ...start] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, ...environment },
    })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}
