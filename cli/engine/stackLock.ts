import { hostname } from "node:os";
import { ConcurrentUpdateError, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";
import { identify, startOf } from "../../provider/process/identity.ts";

/** A lock of a stack, as Pulumi describes it. */
interface Lock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** When it was made, such as `2026-11-29T17:20:00+01:00`. */
  readonly at: string;
}

/** How much later than its lock a process may seem to have started, in ms: both times are rounded to seconds. */
const ROUNDING_MS = 5_000;

/**
 * Runs `use`. If a killed run of this machine left a lock behind, removes it and tries once more.
 *
 * @throws UserError that says whose lock it is, if that run may still be working
 */
export async function unlocked<T>(
  stack: Pick<Stack, "name" | "cancel">,
  progress: Pick<Progress, "note">,
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError)) throw error;
    const locks = locksIn(error.message);
    const held = locks.find((lock) => !isLeftBehind(lock));
    if (held !== undefined || locks.length === 0) throw new UserError(anotherRun(stack.name, held));
    progress.note(`An earlier run on the stack ${stack.name} was killed; its lock is removed.`);
    await stack.cancel();
    return use();
  }
}

/** The locks that Pulumi's message lists, one a line; Pulumi Cloud's message lists none. */
const locksIn = (message: string): Lock[] =>
  [...message.matchAll(/: created by (.*)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid, at = ""]) => ({ user, host, pid: Number(pid), at }),
  );

const isOfThisMachine = ({ host }: Lock) => host === hostname();

/** Whether the run that made a lock is gone. Of another machine's processes, nothing is known here. */
function isLeftBehind(lock: Lock): boolean {
  if (!isOfThisMachine(lock)) return false;
  if (identify(lock.pid) === undefined) return true;
  // Ids are reused, for example after a restart of the machine.
  const start = startOf(lock.pid);
  return start !== undefined && start.getTime() > Date.parse(lock.at) + ROUNDING_MS;
}

function anotherRun(stack: string, lock: Lock | undefined): string {
  const wait = "wait for it to end, then try again.";
  if (lock === undefined) return `Another run is working on the stack ${stack}: ${wait}`;
  const { user, host, pid, at } = lock;
  if (isOfThisMachine(lock)) return `Another run is working on the stack ${stack} (process ${pid}): ${wait}`;
  return `Another run is working on the stack ${stack} (process ${pid} of ${user} on the machine ${host}, since ${at}): ${wait} If that run was killed, remove its lock with pulumi cancel --stack ${stack} (docs/operating.md, "With the Pulumi CLI itself").`;
}
