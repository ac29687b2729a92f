import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";

/**
 * Ends the plugins of providers whose engine is gone, as after it was killed: they look for it every five minutes only,
 * and meanwhile carry out what they were asked for. Each has the engine's address as its argument.
 */
export async function endOrphanedPlugins(): Promise<void> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,args="]);
  const plugins = [...stdout.matchAll(/^ *(\d+) (?:\S+ )?\S*pulumi-resource-[\w-]+ 127\.0\.0\.1:(\d+)/gm)];
  for (const [, pid, port] of plugins) {
    if (await listens(Number(port))) continue;
    try {
      process.kill(Number(pid));
    } catch {
      // It has ended, or is another user's.
    }
  }
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
