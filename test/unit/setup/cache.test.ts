import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installOnce } from "../../../setup/cache.ts";
import { installJars, jarDirectory, jarSets, missingJars } from "../../../setup/jars.ts";
import { jarName, projectRoot } from "../../../tools/prerequisites.mjs";
import { silent } from "../../support/silentProgress.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "cache-"));
  vi.stubEnv("STREAMING_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

const write = (text: string) => async (directory: string) => writeFileSync(join(directory, "file"), text);

describe("installOnce", () => {
  it("builds once, readable for others", async () => {
    const build = vi.fn(write("a"));
    const umask = process.umask();
    expect(await installOnce("tools/one", build)).toBe(join(cache, "tools/one"));
    expect(await installOnce("tools/one", build)).toBe(join(cache, "tools/one"));
    expect(build).toHaveBeenCalledTimes(1);
    expect(readdirSync(join(cache, "tools"))).toEqual(["one"]);
    expect(statSync(join(cache, "tools/one")).mode & 0o777).toBe(0o755);
    expect(process.umask()).toBe(umask);
  });

  it("leaves nothing behind from a build that throws, and builds again", async () => {
    const broken = async (directory: string) => {
      writeFileSync(join(directory, "half"), "");
      throw new Error("no space");
    };
    await expect(installOnce("one", broken)).rejects.toThrow("no space");
    expect(readdirSync(cache)).toEqual([]);
    await installOnce("one", write("b"));
    expect(readdirSync(join(cache, "one"))).toEqual(["file"]);
  });

  it("uses the result of another run that was faster", async () => {
    const slow = async (directory: string) => {
      await installOnce("one", write("fast"));
      await write("slow")(directory);
      writeFileSync(join(directory, "only in the slow one"), "");
    };
    expect(await installOnce("one", slow)).toBe(join(cache, "one"));
    expect(readdirSync(join(cache, "one"))).toEqual(["file"]);
    expect(readdirSync(cache)).toEqual(["one"]);
  });

  it("keeps the folder that another run has repaired in the meantime", async () => {
    mkdirSync(join(cache, "one"));
    const check = async (directory: string) => void readFileSync(join(directory, "file"));
    const slow = async (directory: string) => {
      await installOnce("one", write("fast"), check);
      await write("slow")(directory);
    };
    expect(await installOnce("one", slow, check)).toBe(join(cache, "one"));
    expect(readFileSync(join(cache, "one/file"), "utf8")).toBe("fast");
    expect(readdirSync(cache)).toEqual(["one"]);
  });

  it("serves concurrent callers", async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => installOnce("one", write(`${index}`))),
    );
    expect(new Set(all).size).toBe(1);
    expect(readdirSync(cache)).toEqual(["one"]);
  });

  it("ignores a build that was killed and removes what it left behind", async () => {
    const script = join(cache, "killed.mts");
    writeFileSync(
      script,
      `import { writeFileSync } from "node:fs";
       import { installOnce } from ${JSON.stringify(join(projectRoot, "setup/cache.ts"))};
       setInterval(() => {}, 1000);
       installOnce("tools/one", async (directory) => {
         writeFileSync(directory + "/half", "");
         console.log("building");
         await new Promise(() => {});
       });`,
    );
    const child = spawn(process.execPath, ["--import", "tsx", script], { cwd: projectRoot });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(join(cache, "tools/one"))).toBe(false);
    expect(readdirSync(join(cache, "tools"))).toHaveLength(1);

    await installOnce("tools/one", write("whole"));
    expect(readdirSync(join(cache, "tools"))).toEqual(["one"]);
  });

  it("leaves the folders of living runs and of other hosts alone, unless they are a day old", async () => {
    const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, "-");
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const own = `.one.${host}.${process.pid}.abcdef`;
    const others = `.one.other-host.${dead}.abcdef`;
    const old = `.two.other-host.${dead}.abcdef`;
    for (const name of [own, others, old, `.one.${host}.${dead}.abcdef`]) mkdirSync(join(cache, name));
    const yesterday = Date.now() / 1000 - 25 * 60 * 60;
    utimesSync(join(cache, old), yesterday, yesterday);

    await installOnce("one", write("a"));
    expect(readdirSync(cache).sort()).toEqual([own, others, "one"].sort());
  });

  it("reports what to do if the cache cannot be written", async () => {
    writeFileSync(join(cache, "file"), "");
    vi.stubEnv("STREAMING_CACHE", join(cache, "file"));
    await expect(installOnce("one", write("a"))).rejects.toThrow(
      /Cannot write to the cache .*STREAMING_CACHE=/,
    );
  });
});

describe("jars", () => {
  it("are in the cache under the hash of what they are made from", () => {
    for (const set of jarSets) expect(jarDirectory(set)).toBe(join(cache, jarName(set)));
  });

  it("are missing until their folder exists", async () => {
    expect(missingJars()).toEqual(["kafka", "flink", "reading", "opensearch"]);
    await installOnce(jarName("kafka"), write("jar"));
    expect(missingJars()).toEqual(["flink", "reading", "opensearch"]);
  });

  it("report Maven's error and what to do if it fails, and install nothing", async () => {
    const bin = join(cache, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "mvn"), "#!/bin/sh\necho '[INFO] x'; echo '[ERROR] no route to host'; exit 1\n", {
      mode: 0o755,
    });
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    const failure = await installJars(silent).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: "SetupError" });
    expect(String(failure)).toMatch(/exit 1\n {2}\[ERROR\] no route to host\nMaven could not .*proxy/);
    expect(missingJars()).toEqual(["kafka", "flink", "reading", "opensearch"]);
  });
});
