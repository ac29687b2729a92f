import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isReady } from "../../provider/process/readiness.ts";

/**
 * Ends the plugins of providers whose engine is gone, as after it was killed: they look for it every five minutes only,
 * and meanwhile carry out what they were asked for. Each has the engine's address as its argument.
 */
export async function endOrphanedPlugins(): Promise<void> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,args="]);
  const plugins = [...stdout.matchAll(/^ *(\d+) (?:\S+ )?\S*pulumi-resource-[\w-]+ 127\.0\.0\.1:(\d+)/gm)];
  for (const [, pid, port] of plugins) {
    if (await isReady({ tcp: Number(port) })) continue;
    try {
      process.kill(Number(pid));
    } catch {
      // It has ended, or is another user's.
    }
  }
}
