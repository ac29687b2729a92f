import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { leftOver, refuseForeignFolder } from "../../../components/hosts/local/earlierStack.ts";
import { stackFolders } from "../../../components/hosts/local/folders.ts";
import { PID_FILE } from "../../../provider/process/serverFolder.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "streaming-folders-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Writes empty files, by their paths in the test's folder. */
function write(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
}

const server = (directory: string) => ({
  urn: "urn:server",
  type: "streaming:process:Server",
  outputs: { directory: join(folder, directory) },
});

it("servers are recognized as the stack's own if its folder is reached by a symbolic link", () => {
  mkdirSync(join(folder, "disk"));
  symlinkSync(join(folder, "disk"), join(folder, "link"));
  const folders = stackFolders(join(folder, "link"), "local");
  expect(folders.directory).toBe(join(folder, "disk/local"));
  // The system reports a process's folder without links.
  expect(folders.has(join(folder, "disk/local/kafka"))).toBe(true);
  expect(folders.has(join(folder, "disk/other/kafka"))).toBe(false);
});

describe("a stack in a folder that holds files of its user", () => {
  const foreign = ["dev/thesis.txt", "dev/kafka/notes.txt", "dev/page.old/index.html", "dev/logs/mine.log"];

  it("removes nothing but its servers and their logs", () => {
    const own = [`dev/postgres/${PID_FILE}`, "dev/generator/config.json", "dev/logs/kafka.log.2"];
    write(...foreign, ...own);
    stackFolders(folder, "dev").remove([join(folder, "dev/generator"), join(folder, "dev/thesis.txt")]);
    expect(foreign.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(own.filter((file) => existsSync(join(folder, file)))).toEqual([]);
  });

  it("does not take a process that runs there for its own", async () => {
    write(...foreign, `dev/page/${PID_FILE}`);
    const run = (directory: string): ChildProcess => {
      const child = spawn("sleep", ["60"], { cwd: join(folder, directory), detached: true });
      onTestFinished(() => void child.kill());
      return child;
    };
    const [inFolder, beside, own] = [run("dev/page.old"), run("dev/kafka"), run("dev/page")];
    await Promise.all([inFolder, beside, own].map((child) => once(child, "spawn")));
    expect(leftOver(stackFolders(folder, "dev")).servers.map(({ pid }) => pid)).toEqual([own.pid]);
  });

  it("is refused before it starts there, with the names of what is in its way", () => {
    write(...foreign, "dev/.DS_Store");
    const folders = stackFolders(folder, "dev");
    const refuse = (resources: readonly ReturnType<typeof server>[]) => () =>
      refuseForeignFolder("dev", { resources, begun: [] }, folders);
    expect(refuse([])).toThrow(
      `keep its data in ${folder}/dev, which holds something else:\n\n  kafka\n  page.old\n  thesis.txt\n\nNothing`,
    );
    // Once it runs there, its user may have put files beside it.
    expect(refuse([server("dev/kafka")])).not.toThrow();
  });
});

it("a stack whose folder holds only its own files removes it, and may start there again", () => {
  write(`dev/kafka/${PID_FILE}`, "dev/logs/kafka.log", "dev/logs/flink-sql-gateway.log.1", "dev/.DS_Store");
  // Flink creates this again after somebody has removed the folder; its server's mark is gone.
  write("dev/flink-jobmanager/storage/checkpoints/1");
  const folders = stackFolders(folder, "dev");
  expect(() => refuseForeignFolder("dev", { resources: [], begun: [] }, folders)).not.toThrow();
  rmSync(join(folder, "dev/.DS_Store"));
  folders.remove([join(folder, "dev/flink-jobmanager")]);
  expect(existsSync(join(folder, "dev"))).toBe(false);
});
