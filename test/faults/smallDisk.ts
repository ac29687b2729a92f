import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";

/** The process that runs inside finds the folder here. */
const VARIABLE = "FAULTS_SMALL_DISK";
/** More than an hour's run writes; unwritten space takes no memory. */
const MEGABYTES = 6_000;
const MEBIBYTE = 1024 * 1024;
/** Where PostgreSQL's data is when running as root. */
const OTHER_USERS = "/var/lib/streaming-anomaly-detection";

/*
 * Separate mounts and processes: all of it goes away with the first process. That is the shell, because something has
 * to wait for orphans. The machine keeps an empty folder, which is removed.
 */
const MOUNT = `
mount -t tmpfs -o mode=1777,size=${MEGABYTES}m tmpfs "$1" || exit 1
mkdir -p "$1/other-users" ${OTHER_USERS} && mount --bind "$1/other-users" ${OTHER_USERS} || exit 1
export ${VARIABLE}="$1" TMPDIR="$1"
shift
"$@"
exit $?`;

/** A small in-memory file system that holds everything the stack writes and can be full. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** The small disk that this process runs in; undefined if it runs in none. */
  static here(): SmallDisk | undefined {
    const folder = process.env[VARIABLE];
    return folder === undefined ? undefined : new SmallDisk(folder);
  }

  /** A folder that outlives it. */
  get outside(): string {
    return dirname(this.folder);
  }

  /** Fills it up: its contents stay, and nothing can be added. */
  fill(): void {
    for (;;) {
      const { blocks, bfree, bsize } = statfsSync(this.folder);
      try {
        this.#resize(String((blocks - bfree) * bsize));
        return;
      } catch {
        // More has been written meanwhile than it was meant to hold.
      }
    }
  }

  empty(): void {
    this.#resize(String(MEGABYTES * MEBIBYTE));
  }

  #resize(bytes: string): void {
    execFileSync("mount", ["-o", `remount,size=${bytes}`, this.folder], { stdio: "ignore" });
  }
}

/** Why a small disk is impossible here; undefined if it is possible. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== "linux") return "this is not Linux";
  if (process.getuid?.() !== 0) return "only root may mount one";
  try {
    execFileSync("unshare", [...NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `it cannot be mounted: ${(error as Error).message.trim().split("\n").at(-1)}`;
  }
}

const NAMESPACES = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Runs this program again, with the same arguments, on a small disk. @returns its exit code */
export function runOnSmallDisk(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "streaming-faults-"));
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", [...NAMESPACES, "sh", "-c", MOUNT, "sh", folder, ...again], {
    stdio: "inherit",
  });
  // Everything inside dies with it and leaves nothing behind.
  for (const signal of ENDING_SIGNALS) {
    process.once(signal, () => child.kill("SIGKILL"));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      rmSync(folder, { recursive: true, force: true });
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
