import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { servicesOf } from "../../../components/hosts/services.ts";
import type { Settings } from "../../../components/settings.ts";
import { EVERYTHING, NOTHING } from "../../../setup/needs.ts";
import { setUp } from "../../../setup/setUp.ts";
import { jarName, jarSets, missingForJars, pulumiName } from "../../../tools/prerequisites.mjs";
import { hostsOf, ON_AIVEN, settingsOf } from "../aiven/settings.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "streaming-needs-"));
  vi.stubEnv("STREAMING_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

/** A machine without any program. */
const bare = () => {
  vi.stubEnv("PATH", cache);
  vi.stubEnv("JAVA_HOME", "");
};
const whats = async (sets: Parameters<typeof missingForJars>[0]) =>
  (await missingForJars(sets)).map(({ what }) => what);

/** The needs of a stack with these settings. */
const needsOf = (settings: Settings) => hostsOf(settings, "test").needs();
const logsOf = async (settings: Settings) => (await hostsOf(settings, "test").outputs()).logs;

it("a folder with a comma is refused before anything is created if OpenSearch would store its data there", async () => {
  const comma = { directory: "/home/a,b/.stacks" };
  const services = (settings: Record<string, unknown>) => servicesOf(hostsOf(settingsOf(settings), "local"));
  await expect(services(comma)).rejects.toThrow(
    "OpenSearch cannot keep its data in /home/a,b/.stacks/local: it takes a comma (,) for the end of a path. Rename",
  );
  const without = { ...comma, "openSearch.enabled": false, pipelines: ["filter"] };
  await expect(services(without)).rejects.toThrow("jars of kafka and flink and reading are not installed");
});

describe("what a stack needs on this machine", () => {
  it("is everything for a stack that runs on it, and nothing for one that does not", async () => {
    expect(await needsOf(settingsOf({}))).toEqual(EVERYTHING);
    expect(await needsOf(settingsOf(ON_AIVEN))).toEqual(NOTHING);
  });

  it("is only Flink if only Flink runs on it", async () => {
    const hybrid = { ...ON_AIVEN, "flink.runsOn": "local" };
    expect(await needsOf(settingsOf(hybrid))).toEqual({
      jars: ["flink", "reading"],
      postgres: false,
      page: false,
      sasl: true,
    });
    const certificate = { ...hybrid, "kafka.authentication": "certificate" };
    expect(await needsOf(settingsOf(certificate))).toEqual({
      jars: ["flink", "reading"],
      postgres: false,
      page: false,
    });
  });

  it("is nothing, not even a log folder, if everything is on Docker", async () => {
    const services = ["kafka", "postgres", "openSearch", "flink", "notifier"];
    const docker = settingsOf(Object.fromEntries(services.map((name) => [`${name}.runsOn`, "docker"])));
    expect(await needsOf(docker)).toEqual(NOTHING);
    expect(await logsOf(docker)).toBeUndefined();
  });

  it("includes a log folder if anything runs on it", async () => {
    expect(await logsOf(settingsOf(ON_AIVEN))).toBeUndefined();
    for (const here of [
      { "flink.runsOn": "local" },
      { "generator.enabled": true },
      { "notifier.runsOn": "local" },
    ]) {
      expect(await logsOf(settingsOf({ ...ON_AIVEN, ...here }))).toMatch(/logs$/);
    }
  });

  it("is neither Java nor Maven without jars", async () => {
    bare();
    expect(await whats([])).toEqual([]);
    expect(await whats(["flink"])).toEqual(["java", "maven"]);
    expect(await whats(jarSets)).toEqual(["java", "maven"]);
  });

  it("does not include Maven if the stack's own jars are installed, whatever others are missing", async () => {
    bare();
    mkdirSync(join(cache, jarName("flink")), { recursive: true });
    expect(await whats(["flink"])).toEqual(["java"]);
    expect(await whats(["flink", "kafka"])).toEqual(["java", "maven"]);
  });

  it.each([
    ["its own folder", "jdk/bin", ""],
    ["a script that selects it", "shims", "/jdk"],
  ])("includes the compiler of the Java in %s until the format reading is built", async (_, folder, home) => {
    const program = (file: string, ...lines: readonly string[]) => {
      mkdirSync(dirname(join(cache, file)), { recursive: true });
      writeFileSync(join(cache, file), ["#!/bin/sh", ...lines].join("\n"), { mode: 0o755 });
    };
    const lines = [`    java.home = ${cache}${home}`, 'openjdk version "17.0.15" 2025-04-15'];
    program(`${folder}/java`, ...lines.slice(home === "" ? 1 : 0).map((line) => `echo '${line}' >&2`));
    program(`${folder}/mvn`);
    vi.stubEnv("PATH", `${cache}/${folder}:/bin`);
    vi.stubEnv("JAVA_HOME", "");
    expect(await missingForJars(["flink", "reading"])).toEqual([
      { what: "java", found: `${cache}/${folder}/java is a JRE, without the compiler javac of a JDK` },
    ]);
    expect(await missingForJars(["flink"])).toEqual([]);
    program("jdk/bin/javac");
    expect(await missingForJars(["flink", "reading"])).toEqual([]);
    rmSync(join(cache, "jdk/bin/javac"));
    mkdirSync(join(cache, jarName("reading")), { recursive: true });
    expect(await missingForJars(["flink", "reading"])).toEqual([]);
  });

  it.each([
    ["23.0.2", true, false],
    ["24", true, true],
    ["25.0.1", true, true],
    ["25.0.1", false, false],
  ])("is refused with Java %s if Flink logs in with a password (%s): %s", async (version, sasl, refused) => {
    bare();
    const java = join(cache, "java");
    writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}" 2026-01-20' >&2\n`, { mode: 0o755 });
    for (const set of jarSets) mkdirSync(join(cache, jarName(set)), { recursive: true });
    const pulumi = join(cache, pulumiName, "bin/pulumi");
    mkdirSync(dirname(pulumi), { recursive: true });
    writeFileSync(pulumi, "#!/bin/sh\necho v3.259.0\n", { mode: 0o755 });
    const needs = { jars: ["flink"], postgres: false, page: false, sasl } as const;
    const outcome = await setUp({ task: () => expect.unreachable(), note() {}, close() {} }, needs).then(
      () => undefined,
      (error: Error) => error.message,
    );
    const major = version.split(".")[0];
    if (!refused) return expect(outcome).toBe(undefined);
    expect(outcome).toContain(`runs on Java ${major}, on which its Kafka client cannot log in`);
    expect(outcome).toContain("Java 23 is the newest that works. Set kafka.authentication to certificate");
  });

  it("is checked before anything is installed", async () => {
    bare();
    const silent = { task: () => expect.unreachable(), note() {}, close() {} };
    await expect(setUp(silent, { jars: ["flink"], postgres: false, page: false })).rejects.toThrow(
      /lacks prerequisites of the project.*\n.*\n {2}- .*Java.*\n {2}- Apache Maven/,
    );
  });
});
