import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fits, inWords, needed } from "../../../tools/nodeVersion.cjs";
import { adviceOn } from "../../../tools/npmFailure.mjs";
import {
  atLeast,
  cacheDirectory,
  folderProblem,
  goFits,
  jarName,
  javaExecutable,
  missingMessage,
  parseJavaMajor,
  projectRoot,
  pulumiDownloadUrl,
  pulumiFits,
  pulumiVersion,
} from "../../../tools/prerequisites.mjs";

describe("versions", () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_402"', 8],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25-ea" 2025-09-16', 25],
    ["The operation couldn’t be completed. Unable to locate a Java Runtime.", undefined],
    ["", undefined],
  ])("reads Java's %j as %s", (output, major) => {
    expect(parseJavaMajor(output)).toBe(major);
  });

  it("compares numbers, not text", () => {
    expect(atLeast("v3.259.0", "3.48.0")).toBe(true);
    expect(atLeast("3.248.0", "3.248.0")).toBe(true);
    expect(atLeast("go1.9.7", "1.25")).toBe(false);
    expect(atLeast("go1.26rc1", "1.25.11")).toBe(true);
    expect(atLeast("nothing", "1.0")).toBe(false);
  });

  it("accepts a Pulumi CLI of major version 3 that supports the npm package", () => {
    expect(pulumiFits("v3.248.0\n")).toBe(true);
    expect(pulumiFits("v3.247.9")).toBe(false);
    expect(pulumiFits("v4.0.0")).toBe(false);
    expect(pulumiFits("undefined")).toBe(false);
  });

  it("accepts an older Go that may download the toolchain it needs", () => {
    expect(goFits("go1.26.8\nlocal\n", "1.25.11")).toBe(true);
    expect(goFits("go1.22.2\nauto\n", "1.25.11")).toBe(true);
    expect(goFits("go1.22.2\ngo1.22.2+auto\n", "1.25.11")).toBe(true);
    expect(goFits("go1.22.2\nlocal\n", "1.25.11")).toBe(false);
    expect(goFits("go1.19.8\n\n", "1.25.11")).toBe(false);
    expect(goFits("", "1.25.11")).toBe(false);
  });

  it("downloads the version that go.mod pins", () => {
    expect(pulumiVersion).toMatch(/^3\.\d+\.\d+$/);
    expect(pulumiDownloadUrl("linux", "arm64")).toContain(`pulumi-v${pulumiVersion}-linux-arm64.tar.gz`);
    expect(pulumiDownloadUrl("freebsd", "x64")).toBeUndefined();
  });
});

describe("places", () => {
  it("keeps the cache in the system's usual place", () => {
    const home = { HOME: "/home/ada" };
    expect(cacheDirectory({ ...home, STREAMING_CACHE: "/c" }, "linux", 0)).toBe("/c");
    expect(cacheDirectory(home, "linux", 0)).toBe("/var/cache/streaming-anomaly-detection");
    expect(cacheDirectory(home, "linux", 1000)).toBe("/home/ada/.cache/streaming-anomaly-detection");
    expect(cacheDirectory({ ...home, XDG_CACHE_HOME: "/x" }, "linux", 1000)).toBe(
      "/x/streaming-anomaly-detection",
    );
    expect(cacheDirectory(home, "darwin", 501)).toBe("/home/ada/Library/Caches/streaming-anomaly-detection");
  });

  it("names jars after what they are built from", () => {
    expect(jarName("kafka", "<a/>")).toMatch(/^jars-[0-9a-f]{12}\/kafka$/);
    expect(jarName("kafka", "<a/>")).not.toBe(jarName("kafka", "<b/>"));
    expect(jarName("kafka", "<a/>")).toBe(jarName("kafka", "<a/>"));
  });

  it("prefers the Java of JAVA_HOME", () => {
    expect(javaExecutable({ JAVA_HOME: "/opt/jdk" })).toBe("/opt/jdk/bin/java");
    expect(javaExecutable({ PATH: "/nowhere" })).toBeUndefined();
  });
});

describe("the folders", () => {
  const cache = "/var/cache/streaming";

  it.each(["/home/a#b", "/home/50%", "/home/a:b", '/home/it\'s "so"', "/home/ü 🙂", "/home/\\$x`y`"])(
    "may be called %s",
    (project) => {
      expect(folderProblem(project, cache)).toBe(undefined);
      if (!/[:"$`\\]/.test(project)) expect(folderProblem("/p", project)).toBe(undefined);
    },
  );

  it("that cannot work are named with the character and what to do", () => {
    expect(folderProblem("/home/a\nb", cache)).toBe(
      'The project is in "/home/a\\nb", whose name has a line break or another control character ("\\n"). Rename it.',
    );
    expect(folderProblem("/home/a\ufffd", cache)).toContain("is not UTF-8. Rename it.");
    expect(folderProblem("/home/a?b", cache)).toBe(
      "The project is in /home/a?b: tsx, which runs its TypeScript, treats a question mark (?) as the end of a path. Rename it.",
    );
    expect(folderProblem("/p", "/home/a:b")).toBe(
      "The cache is in /home/a:b: a Java class path treats a colon (:) as the end of a folder. Set STREAMING_CACHE=<folder> to use another.",
    );
    for (const character of ['"', "$", "`", "\\"]) {
      expect(folderProblem("/p", `/home/a${character}b`)).toContain(
        `a shell, which interprets ${character}. `,
      );
    }
  });
});

describe("the message about missing programs", () => {
  const message = missingMessage([
    { what: "java", found: "/usr/bin/java is Java 11" },
    { what: "maven" },
    { what: "pulumi" },
  ]);

  it("names everything at once, why it is needed, and what was found instead", () => {
    expect(message).toContain("- Java (JDK) 17 or newer: runs Apache Kafka, Apache Flink and OpenSearch");
    expect(message).toContain("(found: /usr/bin/java is Java 11)");
    expect(message).toContain("- Apache Maven: fetches the jars");
    expect(message).toMatch(
      /- Pulumi CLI .* or newer, or Go .* or newer: .*\(behind a proxy, set https_proxy\), but Go can build it$/m,
    );
    expect(message).toContain("Nothing has been started or installed.");
  });

  it("shows how to get each on Debian, macOS and elsewhere", () => {
    const [debian, mac, elsewhere] = message
      .split(/\n(?:Debian, Ubuntu|macOS \(Homebrew\)|Elsewhere):\n/)
      .slice(1);
    expect(debian).toContain("apt-get install -y openjdk-17-jdk-headless maven");
    expect(debian).toContain("https://go.dev/doc/install");
    expect(mac).toContain("brew install temurin@17 maven pulumi/tap/pulumi");
    expect(elsewhere).toContain("https://adoptium.net");
    expect(elsewhere).toContain("https://maven.apache.org");
    expect(elsewhere).toContain("https://www.pulumi.com");
  });

  it("omits what is installed", () => {
    const onlyMaven = missingMessage([{ what: "maven" }]);
    expect(onlyMaven).not.toMatch(/java|jdk|pulumi/i);
    expect(onlyMaven).toContain("apt-get install -y maven");
  });
});

describe("versions of Node", () => {
  const range = "^20.19.0 || ^22.13.0 || >=24.0.0";

  it.each(["20.19.0", "20.20.2", "22.13.0", "24.0.0", "25.1.0"])("%s fits", (version) => {
    expect(fits(version, range)).toBe(true);
  });

  it.each(["12.22.12", "18.20.8", "20.18.3", "21.7.3", "22.12.0", "23.11.1"])(
    "%s does not fit",
    (version) => {
      expect(fits(version, range)).toBe(false);
    },
  );

  it("may be given in any form that a package uses", () => {
    expect(
      ["18 || 20 || >=22", ">= 20", "20.x", ">=16 || 14 >=14.17"].map((form) => fits("20.19.0", form)),
    ).toEqual([true, true, true, true]);
    expect(["18 || >=22", ">= 20.20", "20.18.*", "20 >=20.20"].some((form) => fits("20.19.0", form))).toBe(
      false,
    );
    expect(() => fits("20.19.0", "~20")).toThrow('"~20" is not a range');
  });
});

describe("the advice on a failure of npm ci", () => {
  it("names Node if a package cannot run on it, and otherwise the registry", () => {
    const engine = "npm error code EBADENGINE\nnpm error engine Unsupported engine";
    expect(adviceOn(engine)).toBe(
      `A package cannot run on Node ${process.versions.node} (EBADENGINE): take Node ${inWords(needed)} (https://nodejs.org/en/download).`,
    );
    expect(adviceOn("npm error code ENOTFOUND")).toContain("can reach the package registry");
  });

  it.each(["EACCES", "EPERM", "EROFS"])("says who may write if npm may not: %s", (code) => {
    for (const level of ["error", "ERR!"]) {
      expect(adviceOn(`npm ${level} code ${code}\nnpm ${level} path /srv/project/node_modules`)).toBe(
        `npm may not write to the folder or the cache that is named above (${code}): run the command as the user to whom that belongs, or let this user write there.`,
      );
    }
    // npm could not remove what it had begun to install, because something else failed before.
    const cleanup = `npm warn cleanup [Error: ${code}: permission denied]\nnpm error code ENOTFOUND`;
    expect(adviceOn(cleanup)).toContain("can reach the package registry");
  });

  it.each([
    ["npm error code ENOSPC\nnpm error nospc no space left on device", "ENOSPC"],
    ["npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write\nnpm error code 1", "ENOSPC"],
    ["npm error code EDQUOT", "EDQUOT"],
  ])("says that the disk is full: %s", (output, code) => {
    expect(adviceOn(output)).toBe(`The disk is full (${code}): make room for node_modules and npm's cache.`);
  });

  it("names the signal that killed npm, or a script that npm ran", () => {
    const killed =
      "npm, or a script that it ran, was killed (SIGKILL), often for lack of memory: end other programs.";
    expect(adviceOn("", "SIGKILL")).toBe(killed);
    expect(adviceOn("npm error code 1\nnpm error signal SIGKILL\nnpm error command sh -c node build")).toBe(
      killed,
    );
  });
});

describe("tools/entry.cjs", () => {
  it("says to an old Node in one sentence that it is too old", () => {
    const old = `Object.defineProperty(process.versions, "node", { value: "12.22.12" }); require("./tools/entry.cjs");`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", old], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    expect(stderr).toBe(
      "Node 12.22.12 cannot run this project: it needs Node 20 (20.19 or newer), 22 (22.13 or newer), or 24 or newer (https://nodejs.org/en/download).\n",
    );
    expect(status).toBe(1);
  });

  it.each(["entry.cjs", "nodeVersion.cjs"])("is written so that an old Node can read it: %s", (file) => {
    const text = readFileSync(join(projectRoot, "tools", file), "utf8");
    const { ES5, ESNext } = ts.ScriptTarget;
    const [old, recent] = [ES5, ESNext].map((target) =>
      ts.transpile(text, { target, module: ts.ModuleKind.ESNext }),
    );
    expect(old).toBe(recent);
    expect(text).not.toMatch(/require\("node:/);
  });

  it("refuses a folder with a backslash in one sentence, although Node could not start there", () => {
    const folder = mkdtempSync(join(tmpdir(), "back\\slash-"));
    try {
      cpSync(join(projectRoot, "tools/entry.cjs"), join(folder, "tools/entry.cjs"));
      cpSync(join(projectRoot, "tools/run.mjs"), join(folder, "tools/run.mjs"));
      const { status, stderr } = spawnSync(process.execPath, ["tools/entry.cjs", "status"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(stderr).toBe(
        `The project is in ${realpathSync(folder)}, whose name has a backslash (\\): Node cannot run programs there. Rename it.\n`,
      );
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("tools/run.mjs", () => {
  it("stops before it starts or installs anything", { timeout: 20_000 }, () => {
    const cache = mkdtempSync(join(tmpdir(), "prerequisites-"));
    try {
      const { status, stderr } = spawnSync(process.execPath, [join(projectRoot, "tools/run.mjs"), "start"], {
        env: { PATH: cache, STREAMING_CACHE: cache },
        encoding: "utf8",
      });
      expect(status).toBe(1);
      expect(stderr).toContain("Java (JDK)");
      expect(stderr).toContain("Apache Maven");
    } finally {
      rmSync(cache, { recursive: true });
    }
  });
});
