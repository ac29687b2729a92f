import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it, onTestFinished, vi } from "vitest";
import { stacksHere } from "../../../cli/doctor/leftOvers.ts";
import { disks, memory, placesOf } from "../../../cli/doctor/machine.ts";
import { proxies } from "../../../cli/doctor/network.ts";
import { programs } from "../../../cli/doctor/programs.ts";
import { describeFindings, findingsJson } from "../../../cli/output/findings.ts";
import { StackFolders } from "../../../components/hosts/local/folders.ts";
import { portFindings, refuseTakenPorts } from "../../../components/hosts/local/portFindings.ts";
import { readSettings } from "../../../components/settings.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { NOTHING } from "../../../setup/needs.ts";

const noFolders = { has: () => false };

it("doctor names a taken port of the stack, its holder, and the setting that changes it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const settings = { ...readSettings({ "p:kafka.port": String(port) }, "p") };
  const findings = await portFindings(settings as never, ["kafka"], noFolders);
  server.close();
  expect(findings[0]).toEqual({
    name: "kafka.port",
    value: `${port}, taken`,
    trouble: {
      problem: expect.stringMatching(
        new RegExp(`^Port ${port} is in use by process ${process.pid} \\(.+\\)\\.$`),
      ),
      remedy: "Stop the process that uses it, or set kafka.port to a free port.",
      stops: true,
    },
  });
  expect(findings.map(({ name }) => name)).toEqual(["kafka.port", "kafka.controllerPort"]);
});

it("an up is refused with every taken port before anything is created", async () => {
  const servers = [createServer().listen(0, "127.0.0.1"), createServer().listen(0, "127.0.0.1")];
  await Promise.all(servers.map((server) => once(server, "listening")));
  const [kafka, controller] = servers.map((server) => (server.address() as AddressInfo).port);
  const config = { "p:kafka.port": String(kafka), "p:kafka.controllerPort": String(controller) };
  const settings = { ...readSettings(config, "p") } as never;
  const refused = await refuseTakenPorts(settings, ["kafka"], noFolders).catch((error) => error.problems);
  for (const server of servers) server.close();
  expect(refused).toEqual([
    expect.stringMatching(new RegExp(`^Port ${kafka} is in use by .*. Stop .*, or set kafka.port to`)),
    expect.stringMatching(new RegExp(`^Port ${controller} is in use by .* set kafka.controllerPort to`)),
  ]);
  await refuseTakenPorts(settings, ["kafka"], noFolders);
});

it("doctor checks only the ports of services that run on this machine", async () => {
  const settings = readSettings({}, "p");
  const findings = await portFindings(settings as never, ["flink"], noFolders);
  expect(findings.map(({ name }) => name)).toEqual(["flink.webPort", "flink.rpcPort", "flink.gatewayPort"]);
});

it.each([
  [0.9e9, 1.5e9, { stops: true }],
  [0.9e9, 8e9, { stops: false }],
  [3e9, 8e9, undefined],
])("doctor judges %d bytes of %d available for a stack on this machine", (available, total, trouble) => {
  const finding = memory(true, { available, total });
  expect(finding.trouble?.stops).toBe(trouble?.stops);
  expect(memory(false, { available, total }).trouble).toBeUndefined();
});

const oneDisk = () => 1;

it("doctor shows how much disk is needed where, with and without a build of the Pulumi CLI", () => {
  const [cache] = placesOf(".stacks", "/cache", { installs: true, builds: true });
  const [installed] = placesOf(".stacks", "/cache", { installs: false, builds: false });
  expect(cache && disks([cache], oneDisk, () => 7e9)).toEqual([
    {
      name: "Disk of the cache",
      value: "7.0 GB free, 8.0 GB needed at /cache",
      trouble: {
        problem: "1.0 GB are missing there.",
        remedy: "Make room, or set STREAMING_CACHE=<folder> to a place with more of it.",
        stops: true,
      },
    },
  ]);
  expect(installed && disks([installed], oneDisk, () => 1e6)[0]?.trouble).toBeUndefined();
});

it("doctor adds up what the cache and the stack need if they are on the same disk", () => {
  const places = placesOf("/stacks", "/cache", { installs: true, builds: false });
  expect(disks(places, oneDisk, () => 2.5e9)).toEqual([
    {
      name: "Disk",
      value: "2.5 GB free, 3.0 GB needed at /cache and /stacks",
      trouble: {
        problem: "500 MB are missing there.",
        remedy:
          "Make room, or set STREAMING_CACHE=<folder> or the setting directory to a place with more of it.",
        stops: true,
      },
    },
  ]);
  const apart = disks(
    places,
    (path) => (path === "/cache" ? 1 : 2),
    () => 2.5e9,
  );
  expect(apart).toEqual([
    { name: "Disk of the cache", value: "2.5 GB free, 2.0 GB needed at /cache" },
    { name: "Disk of the stack", value: "2.5 GB free, 1.0 GB needed at /stacks" },
  ]);
  const folder = mkdtempSync(join(tmpdir(), "doctor-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(
    disks(placesOf(join(folder, "a"), join(folder, "b"), { installs: false, builds: false })),
  ).toHaveLength(1);
});

it("doctor measures the disk of the folder that the setting directory names", () => {
  const ofStack = (directory: string) => placesOf(directory, "/cache", { installs: false, builds: false })[1];
  expect(ofStack("/data/stacks")).toMatchObject({ name: "Disk of the stack", path: "/data/stacks" });
  expect(ofStack(".stacks")?.path).toBe(join(projectDirectory, ".stacks"));
});

it("doctor counts a build of the Pulumi CLI only if it cannot be downloaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-test-"));
  writeFileSync(join(folder, "go"), "#!/bin/sh\necho go1.99.0\n", { mode: 0o755 });
  for (const name of ["PATH", "STREAMING_CACHE"]) vi.stubEnv(name, folder);
  vi.stubEnv("JAVA_HOME", undefined);
  const server = createHttpServer((request, response) => {
    response.writeHead(request.method === "HEAD" && request.url === "/cli" ? 200 : 404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    expect(await programs(NOTHING, `${url}/cli`)).toMatchObject({ buildsPulumi: false });
    expect(await programs(NOTHING, `${url}/none`)).toMatchObject({ buildsPulumi: true });
  } finally {
    server.closeAllConnections();
    await once(server.close(), "close");
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("doctor shows proxies without their passwords, and that Maven uses none of them", () => {
  const env = { https_proxy: "http://me:s3cr@et@proxy:3128", no_proxy: "localhost" };
  const [finding] = proxies(true, env, "/no/settings.xml");
  expect(finding?.value).toBe("https_proxy=http://(login)@proxy:3128 no_proxy=localhost");
  expect(finding?.trouble).toMatchObject({ problem: expect.stringContaining("Maven"), stops: false });
  expect(proxies(false, env, "/no/settings.xml")[0]?.trouble).toBeUndefined();
  expect(proxies(true, { no_proxy: "localhost" }, "/no/settings.xml")[0]?.trouble).toBeUndefined();
  const [socks] = proxies(true, { ALL_PROXY: "socks5://me:s3cret@proxy:1080" }, "/no/settings.xml");
  expect(socks).toEqual({
    name: "Proxy",
    value: "ALL_PROXY=socks5://(login)@proxy:1080",
    trouble: { problem: expect.stringMatching(/^ALL_PROXY is socks5:\/\/\(login\)@/), stops: false },
  });
  expect(proxies(true, {})).toEqual([{ name: "Proxy", value: "none" }]);
});

it("doctor lists the stacks of this project and the servers of earlier ones", () => {
  const own = new StackFolders("/project/.stacks/local");
  const servers = [
    { pid: 1, path: own.data("kafka"), isGone: false },
    { pid: 2, path: "/other/.stacks/local/kafka", isGone: false },
    { pid: 3, path: "/old/.stacks/local/kafka", isGone: true },
    // Where PostgreSQL has its data if we are root.
    { pid: 4, path: own.dataOfOtherUser("postgres"), isGone: false },
  ];
  const stacks = [
    { name: "local", resources: 48 },
    { name: "dev", resources: 0 },
  ];
  const findings = stacksHere(stacks, servers, (stack, folder) => stack === "local" && own.has(folder));
  expect(findings).toEqual([
    { name: "Stack local", value: "deployed, 2 servers run here" },
    { name: "Stack dev", value: "not deployed, 0 servers run here" },
    {
      name: "Left over",
      value: "process 3",
      trouble: expect.objectContaining({ remedy: "End it: kill 3.", stops: false }),
    },
  ]);
});

const findings = [
  { name: "Node", value: "v20.12.0" },
  { name: "Java", value: "none", trouble: { problem: "It is needed.", remedy: "Install it.", stops: true } },
  { name: "Left over", value: "process 3", trouble: { problem: "Old.\nVery old.", stops: false } },
];

it("doctor prints a line for each finding, what is wrong below it, and a verdict", () => {
  expect(stripVTControlCharacters(describeFindings("local", findings))).toBe(`✔ Node       v20.12.0
✖ Java       none
    It is needed.
    Install it.
! Left over  process 3
    Old.
    Very old.

One thing is in the way of the stack local: see ✖ above.`);
});

it("doctor reports the same for programs", () => {
  expect(findingsJson("local", findings)).toEqual({
    stack: "local",
    ok: false,
    findings: [
      { name: "Node", value: "v20.12.0" },
      { name: "Java", value: "none", problem: "It is needed.", remedy: "Install it.", stops: true },
      { name: "Left over", value: "process 3", problem: "Old.\nVery old.", stops: false },
    ],
  });
  expect(findingsJson("local", findings.slice(0, 1)).ok).toBe(true);
});
