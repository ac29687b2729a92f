import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";
import { freePorts } from "../../support/ports.ts";

const lines = readFileSync(
  join(projectDirectory, "components/hosts/docker/apps/Dockerfile"),
  "utf8",
).replaceAll("\\\n", "");

/** The parts of the project that the Dockerfile copies into the build image. */
const copied = [...lines.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
  names.split(" "),
);
/** The build commands, other than the one that installs packages. */
const commands = [...lines.matchAll(/^RUN (npx .+|for .+)$/gm)].map(([, command = ""]) => command);

let folder: string;

/** Builds as the Dockerfile does, in a folder that contains only what the image gets. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "streaming-image-"));
  for (const name of copied) cpSync(join(projectDirectory, name), join(folder, name), { recursive: true });
  symlinkSync(join(projectDirectory, "node_modules"), join(folder, "node_modules"));
  for (const command of commands) {
    execFileSync("sh", ["-ec", command.replaceAll("/build/", `${folder}/`)], { cwd: folder, stdio: "pipe" });
  }
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the apps' image contains each app and the page's files for the browser", () => {
  expect(commands.length).toBe(2);
  for (const file of ["generator.mjs", "notifier.mjs", "page.mjs", "web/index.html"])
    expect([file, existsSync(join(folder, "out", file))]).toEqual([file, true]);
});

const statusFor = (url: string, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const request = get(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on("error", reject);
  });

it("the page of the apps' image serves its files only under this machine's names, without any service", async () => {
  const [port = 0, closed = 0] = await freePorts(2);
  const options = {
    stack: "docker",
    port,
    webDirectory: join(folder, "out/web"),
    sourceTopic: "readings",
    thresholdTable: "cpu_thresholds",
    silenceTable: "cpu_silences",
    raiseAfter: 1,
    clearAfter: 2,
    thresholdCacheMs: 5_000,
    postgres: {
      host: "127.0.0.1",
      port: closed,
      database: "postgres",
      user: "streaming",
      password: "secret",
    },
    pipelines: {},
  };
  const kafka = { bootstrapServers: `127.0.0.1:${closed}`, security: { protocol: "PLAINTEXT" } };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ kafka, options }));
  const server = spawn("node", [join(folder, "out/page.mjs"), "--config", "config.json"], {
    cwd: folder,
    stdio: "ignore",
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), 20_000);
    const document = await (await fetch(url)).text();
    const assets = [...document.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThanOrEqual(2);
    for (const path of assets) expect((await fetch(url + path)).status).toBe(200);
    // Other containers reach it by its name in their network.
    expect([await statusFor(url, `127.0.0.1:${port}`), await statusFor(url, "page")]).toEqual([200, 403]);
  } finally {
    const ended = once(server, "exit");
    server.kill();
    await ended;
  }
});
