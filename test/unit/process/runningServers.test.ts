import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { runningServers } from "../../../provider/process/runningServers.ts";
import { PID_FILE } from "../../../provider/process/serverFolder.ts";

const base = mkdtempSync(join(tmpdir(), "running-"));
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(base, { recursive: true, force: true });
});

/** A process that does nothing, in a folder. */
async function processIn(folder: string, detached = true): Promise<number> {
  const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"], {
    cwd: folder,
    detached,
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

function folderOf(server: string, isServer = true): string {
  const folder = join(base, ".stacks/local", server);
  mkdirSync(join(folder, "data"), { recursive: true });
  if (isServer) writeFileSync(join(folder, PID_FILE), "{}");
  return folder;
}

const ours = () => runningServers().filter(({ path }) => path.startsWith(base));

it("servers of stacks are found by their folders, once each, and other processes are not", async () => {
  const kafka = folderOf("kafka");
  const postgres = folderOf("postgres");
  const pids = [await processIn(kafka), await processIn(join(postgres, "data"))];
  await processIn(join(postgres, "data"));
  await processIn(folderOf("not-a-server", false));
  await processIn(kafka, false);
  expect(ours()).toEqual([
    { pid: pids[0], path: kafka, isGone: false },
    { pid: pids[1], path: postgres, isGone: false },
  ]);
});

it("a server whose stack folder was removed is found, too", async () => {
  const folder = folderOf("kafka");
  const pid = await processIn(folder);
  rmSync(base, { recursive: true });
  expect(ours()).toEqual([{ pid, path: folder, isGone: true }]);
});
