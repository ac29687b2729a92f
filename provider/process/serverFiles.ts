import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Account } from "../../lib/account.ts";
import type { ServerInputs } from "./serverInputs.ts";

/** Creates a server's folder and that of its log, and writes its files. */
export function writeServerFiles(inputs: ServerInputs, account: Account | undefined): void {
  // Data and logs are private, but a server that runs as another user must be able to reach its own folder. It must not
  // write there: we start what the folder's files say, as root.
  makeFolder(inputs.directory, account === undefined ? 0o700 : 0o755);
  makeFolder(dirname(inputs.logFile), 0o700);
  if (account !== undefined) chownSync(inputs.directory, 0, 0);
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

/** Creates the empty folder that a server's preparation fills. */
export function makeDataFolder(inputs: ServerInputs, name: string, account: Account | undefined): void {
  const path = join(inputs.directory, name);
  rmSync(path, { recursive: true, force: true });
  if (account === undefined) return;
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, account.uid, account.gid);
}

/** Creates a folder and its missing parents with a mode that does not depend on the umask. */
function makeFolder(directory: string, mode: number): void {
  const first = mkdirSync(directory, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) chmodSync(made, mode);
}
