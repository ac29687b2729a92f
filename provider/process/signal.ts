/**
 * Sends a signal to a process, or (a negative id) to a process group. Nothing happens if it has already ended.
 *
 * @throws if it belongs to another user
 */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
