import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";
import { until } from "../../../lib/until.ts";
import { downloadPulumi } from "../../../setup/pulumiDownload.ts";
import { setUp } from "../../../setup/setUp.ts";
import { silent } from "../../support/silentProgress.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "streaming-setup-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Puts a program on PATH: a shell script. */
function program(name: string, ...lines: readonly string[]): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), ["#!/bin/sh", ...lines].join("\n"), { mode: 0o755 });
}

const log = () => (existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8") : "");
/** Takes a minute, unless it is asked to end. */
const slow = (name: string) => [
  `trap 'echo ${name} ended >>"${folder}/log"; exit 1' TERM`,
  `echo ${name} started >>"${folder}/log"`,
  "for i in $(seq 600); do sleep 0.1; done",
];

describe("a set-up of which a part fails", () => {
  it("ends the others, starts nothing more, and leaves nothing half installed", async () => {
    const cache = join(folder, "cache");
    vi.stubEnv("STREAMING_CACHE", cache);
    vi.stubEnv("JAVA_HOME", "");
    vi.stubEnv("PATH", `${folder}/bin:/usr/bin:/bin`);
    program("java", "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2");
    program("javac");
    // The CLI on PATH is too old, and no download runs here: Go builds it, and fails once Maven is at work.
    program("pulumi", "echo v3.1.0");
    program("tar", "exit 1");
    program("mvn", ...slow("mvn"));
    program("go", `until [ -s "${folder}/log" ]; do sleep 0.05; done`, "echo out of memory", "exit 2");
    vi.stubEnv("https_proxy", "http://127.0.0.1:9");
    const needs = { jars: ["kafka", "opensearch"], postgres: false, page: false } as const;
    await expect(setUp(silent, needs)).rejects.toThrow(/out of memory\nGo could not build the Pulumi CLI/);
    expect(log()).toBe("mvn started\nmvn ended\n");
    const left = readdirSync(cache, { recursive: true }).map(String);
    expect(left.filter((name) => /kafka|opensearch|pulumi-\d/.test(name))).toEqual([]);
  });

  it("aborts a download", async () => {
    const server = createServer((_request, response) => response.write("x"));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const failed = new AbortController();
    const download = downloadPulumi(
      folder,
      () => failed.abort(new Error("Maven failed")),
      url,
      undefined,
      failed.signal,
    );
    await expect(download).rejects.toThrow("Maven failed");
  });
});

/** Runs `mvn` in a process of its own, and sends that a signal. Before that, `prepare` is executed there. */
async function endedBy(signal: NodeJS.Signals, prepare = "") {
  program("mvn", ...slow("mvn").map((line) => line.replace("TERM", "TERM HUP INT")));
  const script = `import { runTool } from "./setup/runTool.ts"; ${prepare}
    await runTool(${JSON.stringify(join(folder, "bin/mvn"))}, [], { advice: "Maven could not fetch the jars." });`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const command = spawn(process.execPath, args, {
    cwd: projectDirectory,
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void command.kill("SIGKILL"));
  const printed = text(command.stderr);
  const ended = once(command, "close");
  expect(await until(async () => log() !== "", { deadline: 20_000, pollMs: 20 })).toBe(true);
  command.kill(signal);
  return { how: await ended, printed: await printed };
}

it.each(["SIGTERM", "SIGHUP"] as const)(
  "%s ends a tool before the command that waits for it",
  async (signal) => {
    expect(await endedBy(signal)).toEqual({ how: [null, signal], printed: "" });
    expect(log()).toBe("mvn started\nmvn ended\n");
  },
);

it("Ctrl-C during a tool ends the command with 130 and without a complaint, even if others listen to the signal", async () => {
  const interrupted = await endedBy("SIGINT", 'process.on("SIGINT", () => {});');
  expect(interrupted).toEqual({ how: [130, null], printed: "" });
  expect(log()).toBe("mvn started\nmvn ended\n");
});
