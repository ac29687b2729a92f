import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { followAlerts } from "../../cli/commands/watch.ts";
import { isAlive } from "../../provider/process/identity.ts";
import { formerLogs } from "../../provider/process/keeper.ts";
import { sizeOf } from "../../provider/process/logTail.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import { freePorts } from "../support/ports.ts";
import { listensAt, runsOn, ServerFolder } from "../support/serverFolder.ts";
import { until } from "../support/topics.ts";

const LATE_MS = 700;

afterEach(() => vi.unstubAllEnvs());

describe("a new server", () => {
  it("is created when its port accepts a connection", async () => {
    const [port = 0] = await freePorts(1);
    const late = `setTimeout(() => { ${listensAt(port)} }, ${LATE_MS});`;
    const inputs = new ServerFolder().server(late, { readiness: { tcp: port } });
    const { id, state } = await serverHandler.create(inputs, "one");
    expect(id).toBe(inputs.directory);
    const { pid, startedAt, machine } = state;
    expect(state).toEqual({ ...inputs, pid, startedAt, running: true, ...(machine && { machine }) });
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
  });

  it("is created when its URL answers successfully", async () => {
    const [port = 0] = await freePorts(1);
    const script = `const start = Date.now(); require("node:http").createServer((_, response) => {
      response.writeHead(Date.now() - start < ${LATE_MS} ? 503 : 200).end();
    }).listen(${port}, "127.0.0.1");`;
    const url = `http://127.0.0.1:${port}/`;
    await serverHandler.create(new ServerFolder().server(script, { readiness: { http: url } }), "one");
    expect((await fetch(url)).status).toBe(200);
  });

  it("is created when its command succeeds", async () => {
    const folder = new ServerFolder();
    await serverHandler.create(folder.server(`setTimeout(() => { ${runsOn} }, ${LATE_MS});`), "one");
    expect(folder.exists("data/one/ready")).toBe(true);
  });

  it("outlives the process that created it, even if its whole process group is killed", async () => {
    const inputs = new ServerFolder().server(runsOn);
    const module = JSON.stringify(join(import.meta.dirname, "../../provider/process/server.ts"));
    const script = `const { serverHandler } = await import(${module});
      const { state } = await serverHandler.create(${JSON.stringify(inputs)}, "one");
      console.log(JSON.stringify(state)); setInterval(() => {}, 1000);`;
    const creator = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = await once(creator.stdout, "data");
    const state = JSON.parse(String(output)) as ServerState;
    process.kill(-(creator.pid ?? Number.NaN), "SIGKILL");
    await once(creator, "exit");
    expect(isAlive(state)).toBe(true);
    await serverHandler.delete(inputs.directory, state);
    expect(isAlive(state)).toBe(false);
  });

  it("has its files, which others can read only if they are not secret", async () => {
    const folder = new ServerFolder();
    const files = {
      "conf/server.properties": { content: "port=1\n" },
      password: { content: "hunter2", secret: true },
    };
    const { state } = await serverHandler.create(folder.server(runsOn, { files }), "one");
    const mode = (file: string) => statSync(join(folder.path, "data/one", file)).mode & 0o777;
    expect(folder.read("data/one/conf/server.properties")).toBe("port=1\n");
    expect(folder.read("data/one/password")).toBe("hunter2");
    expect([mode("conf/server.properties"), mode("password")]).toEqual([0o644, 0o600]);

    const changed = {
      "conf/server.properties": { content: "port=2\n", secret: true },
      password: { content: "" },
    };
    await serverHandler.update("one", state, folder.server(runsOn, { files: changed }));
    expect(folder.read("data/one/conf/server.properties")).toBe("port=2\n");
    expect([mode("conf/server.properties"), mode("password")]).toEqual([0o600, 0o644]);
  });

  it("gets only its own environment, without the caller's secrets", async () => {
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "a passphrase");
    vi.stubEnv("AIVEN_TOKEN", "a token");
    const folder = new ServerFolder();
    const script = `require("node:fs").writeFileSync("environment", JSON.stringify(process.env)); ${runsOn}`;
    await serverHandler.create(folder.server(script, { environment: { FLINK_CONF_DIR: "/conf" } }), "one");
    const environment = JSON.parse(folder.read("data/one/environment"));
    expect(environment).toMatchObject({ FLINK_CONF_DIR: "/conf", PATH: process.env.PATH });
    expect(environment).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
    expect(environment).not.toHaveProperty("AIVEN_TOKEN");
  });

  it("runs in UTC and with UTF-8, whatever the time zone and language of its caller", async () => {
    vi.stubEnv("TZ", "America/New_York");
    vi.stubEnv("LC_ALL", "C");
    vi.stubEnv("LANG", "C");
    const folder = new ServerFolder();
    // This hour does not exist in New York.
    const script = `const fs = require("node:fs");
      fs.writeFileSync("time", new Date(2026, 2, 8, 2, 30).toISOString());
      fs.writeFileSync("locale", require("node:child_process").execFileSync("locale", ["charmap"])); ${runsOn}`;
    await serverHandler.create(folder.server(script), "one");
    expect(folder.read("data/one/time")).toBe("2026-03-08T02:30:00.000Z");
    expect(folder.read("data/one/locale").trim()).toBe("UTF-8");
  });

  it("keeps its log short however much it writes, without interrupting a reader that follows it", async () => {
    const folder = new ServerFolder();
    const script = `let line = 0, turn = 0;
      process.on("SIGUSR2", () => {
        const lines = Array.from({ length: turn++ % 2 === 0 ? 10 : 500 }, () => "line " + line++ + "\\n");
        require("node:fs").writeSync(1, lines.join(""));
      }); ${runsOn}`;
    const { state } = await serverHandler.create(
      folder.server(script, { logBytes: 3_000, name: "notifier" }),
      "one",
    );
    const logs = [state.logFile, ...formerLogs(state.logFile)];
    const sizes = () => logs.map(sizeOf);
    const stop = new AbortController();
    const followed: string[] = [];
    const following = followAlerts(state.logFile, { fromBeginning: true, signal: stop.signal }, (line) =>
      followed.push(line),
    );
    let written = 0;
    const write = async (lines: number) => {
      process.kill(state.pid, "SIGUSR2");
      written += lines;
      await until(() => followed.length >= written, `line ${written}`);
    };
    for (const former of logs.slice(1)) {
      await write(10);
      await write(500);
      // Copying and emptying are two steps: whatever is written in between is lost.
      await until(() => sizeOf(former) > 0 && sizeOf(state.logFile) === 0, former);
    }
    await write(10);
    stop.abort();
    await following;
    expect(Math.min(...sizes())).toBeGreaterThan(0);
    expect(Math.max(...sizes())).toBeLessThan(6_000);
    expect(statSync(state.logFile).mode & 0o777).toBe(0o600);
    expect(statSync(formerLogs(state.logFile)[0] ?? "").mode & 0o777).toBe(0o600);
    expect(followed).toEqual(Array.from({ length: written }, (_, line) => `line ${line}`));
    await serverHandler.delete("one", state);
    expect(sizes()).toEqual([0, 0, 0]);
  });

  /** Another user, with a folder for its data, in which it says that it is ready. */
  const asNobody = (folder: ServerFolder) => ({
    runAs: "nobody",
    prepare: { command: ["test", "-w", "data"], creates: "data" },
    readiness: { command: ["test", "-e", join(folder.path, "data/one/data/ready")] },
  });

  it("can be accessed by its user under a umask of 077", async ({ skip }) => {
    skip(process.getuid?.() !== 0, "only root can start a process as another user");
    const umask = process.umask(0o077);
    try {
      const folder = new ServerFolder();
      chmodSync(folder.path, 0o755);
      const inputs = folder.server("", {
        command: ["sh", "-c", "cat conf/a password && touch data/ready && sleep 60"],
        files: { password: { content: "hunter2", secret: true }, "conf/a": { content: "reached " } },
        ...asNobody(folder),
      });
      await serverHandler.create(inputs, "one");
      expect(folder.read("logs/one.log")).toBe("reached hunter2");
    } finally {
      process.umask(umask);
    }
  });

  it("runs as the requested user, who owns its data and files, but not what we start it by", async ({
    skip,
  }) => {
    skip(process.getuid?.() !== 0, "only root can start a process as another user");
    const folder = new ServerFolder();
    chmodSync(folder.path, 0o755);
    const inputs = folder.server("", {
      command: [
        "sh",
        "-c",
        "cat password && id -un > data/whoami && (rm -f .process.json 2>/dev/null; touch data/ready) && sleep 60",
      ],
      files: { password: { content: "hunter2", secret: true } },
      ...asNobody(folder),
    });
    await serverHandler.create(inputs, "one");
    expect(folder.read("data/one/data/whoami")).toBe("nobody\n");
    expect(folder.read("logs/one.log")).toBe("hunter2");
    const ownerOf = (name: string) => statSync(join(inputs.directory, name)).uid;
    expect(ownerOf("password")).toBe(ownerOf("data"));
    expect(ownerOf("data")).not.toBe(0);
    // Root starts what these files say.
    expect([ownerOf("."), ownerOf(".process.json")]).toEqual([0, 0]);
  });
});

describe("the inputs of a server", () => {
  it("are refused with all reasons at once", () => {
    const inputs = new ServerFolder().server("", {
      command: [],
      directory: "data",
      logFile: "logs/one.log",
      readiness: { tcp: 1, http: "http://127.0.0.1:1" },
    });
    expect(serverHandler.check(inputs, undefined)).toEqual([
      { property: "directory", reason: '"data" is not an absolute path' },
      { property: "logFile", reason: '"logs/one.log" is not an absolute path' },
      { property: "command", reason: "it is empty" },
      { property: "readiness", reason: "exactly one of tcp, http and command is needed, not 2" },
    ]);
  });

  it("are accepted if they are valid", () => {
    expect(serverHandler.check(new ServerFolder().server(runsOn), undefined)).toEqual([]);
  });
});
