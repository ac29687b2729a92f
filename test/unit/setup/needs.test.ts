import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING, NOTHING, needsOf, runsHere } from "../../../components/local/needs.ts";
import { setUp } from "../../../setup/setUp.ts";
import { jarName, jarSets, missingForJars } from "../../../tools/prerequisites.mjs";
import { ON_AIVEN, settingsOf } from "../aiven/settings.ts";

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

describe("what a stack needs on this machine", () => {
  it("is all for a stack that runs on it, and nothing for one that is elsewhere", () => {
    expect(needsOf(settingsOf({}))).toEqual(EVERYTHING);
    expect(needsOf(settingsOf(ON_AIVEN))).toEqual(NOTHING);
  });

  it("is Flink alone where only Flink runs on it", () => {
    const hybrid = { ...ON_AIVEN, "flink.runsOn": "local" };
    expect(needsOf(settingsOf(hybrid))).toEqual({ jars: ["flink"], postgres: false });
  });

  it("is nothing, and no folder of logs, where everything is on Docker", () => {
    const services = ["kafka", "postgres", "openSearch", "flink", "notifier"];
    const docker = settingsOf(Object.fromEntries(services.map((name) => [`${name}.runsOn`, "docker"])));
    expect(needsOf(docker)).toEqual(NOTHING);
    expect(runsHere(docker)).toBe(false);
  });

  it("is a folder of logs where anything runs on it", () => {
    expect(runsHere(settingsOf(ON_AIVEN))).toBe(false);
    for (const here of [
      { "flink.runsOn": "local" },
      { "generator.enabled": true },
      { "notifier.runsOn": "local" },
    ]) {
      expect(runsHere(settingsOf({ ...ON_AIVEN, ...here }))).toBe(true);
    }
  });

  it("is neither Java nor Maven where there are no jars", async () => {
    bare();
    expect(await whats([])).toEqual([]);
    expect(await whats(["flink"])).toEqual(["java", "maven"]);
    expect(await whats(jarSets)).toEqual(["java", "maven"]);
  });

  it("is no Maven where its own jars are there, whatever others are not", async () => {
    bare();
    mkdirSync(join(cache, jarName("flink")), { recursive: true });
    expect(await whats(["flink"])).toEqual(["java"]);
    expect(await whats(["flink", "kafka"])).toEqual(["java", "maven"]);
  });

  it("is told before anything is installed", async () => {
    bare();
    const silent = { task: () => expect.unreachable(), note() {}, close() {} };
    await expect(setUp(silent, { jars: ["flink"], postgres: false })).rejects.toThrow(
      /lacks what the project needs.*\n.*\n {2}- .*Java.*\n {2}- Apache Maven/,
    );
  });
});
