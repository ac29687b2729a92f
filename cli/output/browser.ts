import { spawn } from "node:child_process";
import { findExecutable } from "../../tools/prerequisites.mjs";

/** The program that opens a browser; undefined if nobody would see it. */
export function browserOpener(
  { stdout, env, platform }: Pick<NodeJS.Process, "env" | "platform"> & { stdout: { isTTY?: boolean } },
  find: (program: string) => string | undefined = findExecutable,
): string | undefined {
  // Nobody watches in CI, and over ssh the browser would open on the remote machine.
  if (!stdout.isTTY || env.CI || env.SSH_CONNECTION) return undefined;
  if (platform === "darwin") return find("open");
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  return find("xdg-open");
}

/** Opens an address in the user's browser if there is one. Failures are ignored. */
export function openInBrowser(address: string): void {
  const opener = browserOpener(process);
  if (opener === undefined) return;
  spawn(opener, [address], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}
