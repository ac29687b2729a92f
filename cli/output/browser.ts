import { spawn } from "node:child_process";
import { findExecutable } from "../../tools/prerequisites.mjs";

/** What a browser is opened with; undefined if nobody would see it. */
export function browserOpener(
  { stdout, env, platform }: Pick<NodeJS.Process, "env" | "platform"> & { stdout: { isTTY?: boolean } },
  find: (program: string) => string | undefined = findExecutable,
): string | undefined {
  // In CI nobody looks, and by ssh the browser would open on the other machine.
  if (!stdout.isTTY || env.CI || env.SSH_CONNECTION) return undefined;
  if (platform === "darwin") return find("open");
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  return find("xdg-open");
}

/** Opens an address in the user's browser if there is one. What goes wrong with it is not our business. */
export function openInBrowser(address: string): void {
  const opener = browserOpener(process);
  if (opener === undefined) return;
  spawn(opener, [address], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}
