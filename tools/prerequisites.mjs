// @ts-check
/**
 * What the project requires of the machine, and where it caches what it fetches. Plain JavaScript without packages,
 * because it runs before `npm ci`. setup/ imports it too, so that the check and the installation agree on places and
 * versions.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ what: "java" | "maven" | "pulumi", found?: string }} Missing */

export const projectRoot = fileURLToPath(new URL("..", import.meta.url));
export const pom = join(projectRoot, "tools/jars/pom.xml");
/** The sources of the Flink format `reading`. */
export const readingFormat = join(projectRoot, "flink/reading");
const goMod = join(projectRoot, "tools/pulumi/go.mod");

/** The oldest Java that Kafka 4 runs on. */
export const minimumJava = 17;
/** The newest Java on which Flink's Kafka client can log in with a password: 24 removed an API that it uses for that. */
export const newestJavaForSasl = 23;
/** The version of the npm package @pulumi/pulumi, which an older CLI may not support. */
export const minimumPulumi = "3.248.0";

/** The version to download or build if PATH has no suitable one; tools/pulumi/go.mod pins it. */
export const pulumiVersion = firstMatch(readFileSync(goMod, "utf8"), /pulumi\/pkg\/v3 v([\d.]+)/) ?? "";
const goVersion = firstMatch(readFileSync(goMod, "utf8"), /^go ([\d.]+)$/m) ?? "";

/**
 * The user's cache folder. For root on Linux it is outside /root, because PostgreSQL refuses to run as root and another
 * user must be able to read it.
 */
export function cacheDirectory(env = process.env, platform = process.platform, uid = process.getuid?.()) {
  const name = "streaming-anomaly-detection";
  // Maven would take a relative one from another folder.
  if (env.STREAMING_CACHE) return resolve(env.STREAMING_CACHE);
  if (platform === "linux" && uid === 0) return join("/var/cache", name);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, name);
  const home = env.HOME ?? homedir();
  return platform === "darwin" ? join(home, "Library/Caches", name) : join(home, ".cache", name);
}

/** Name of the Pulumi CLI's folder in the cache; its executable is `bin/pulumi`. */
export const pulumiName = `pulumi-${pulumiVersion}`;

/** The sets of jars, each in its own folder: what tools/jars/pom.xml resolves, and the format `reading`, which is built. */
export const jarSets = /** @type {const} */ (["kafka", "flink", "reading", "opensearch"]);

/** @typedef {(typeof jarSets)[number]} JarSet */

/** Name of a set's folder in the cache; it depends on what the set is made from. */
export function jarName(/** @type {string} */ set, madeFrom = madeFromOf(set)) {
  return join(`jars-${createHash("sha256").update(madeFrom).digest("hex").slice(0, 12)}`, set);
}

/** @returns {string} the pom, or the sources */
function madeFromOf(/** @type {string} */ set) {
  if (set !== "reading") return readFileSync(pom, "utf8");
  const sources = readdirSync(join(readingFormat, "src/main"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const files = [join(readingFormat, "pom.xml"), ...sources.sort()];
  return files.map((file) => readFileSync(file, "utf8")).join("\0");
}

/** The address of the official Pulumi CLI for this machine; undefined if there is none. */
export function pulumiDownloadUrl(platform = process.platform, arch = process.arch) {
  if (!["linux", "darwin"].includes(platform) || !["x64", "arm64"].includes(arch)) return undefined;
  return `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-${platform}-${arch}.tar.gz`;
}

/** The major version in the output of `java -version`: 17 for "17.0.15", 21 for "21", 8 for "1.8.0_402". */
export function parseJavaMajor(/** @type {string} */ output) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  if (first === undefined) return undefined;
  return Number(first === "1" && second !== undefined ? second : first);
}

/** Whether the first dotted version in `text` ("v3.259.0", "go1.26.8") is `minimum` or newer. */
export function atLeast(/** @type {string} */ text, /** @type {string} */ minimum) {
  const [actual, wanted] = [text, minimum].map((version) =>
    (firstMatch(version, /(\d+\.\d+(?:\.\d+)?)/) ?? "").split(".").map(Number),
  );
  for (let index = 0; actual && wanted && index < 3; index++) {
    const difference = (actual[index] ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whether a CLI that prints `output` for `pulumi version` is new enough for the npm package. */
export function pulumiFits(/** @type {string} */ output) {
  return /^v?3\./.test(output.trim()) && atLeast(output, minimumPulumi);
}

/**
 * Whether the Go described by `go env GOVERSION GOTOOLCHAIN` can build tools/pulumi: by itself, or by fetching the
 * toolchain that go.mod names (Go 1.21 and newer, unless GOTOOLCHAIN forbids it).
 */
export function goFits(/** @type {string} */ output, needed = goVersion) {
  const [version = "", toolchain = ""] = output.trim().split("\n");
  return atLeast(version, needed) || (/^auto$|\+auto$/.test(toolchain) && atLeast(version, "1.21"));
}

/** The executable of that name on PATH, or undefined. */
export function findExecutable(/** @type {string} */ name, path = process.env.PATH ?? "") {
  return path
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** The Java that the services run on: `$JAVA_HOME/bin/java` if JAVA_HOME is set, else `java` on PATH. */
export function javaExecutable(env = process.env) {
  return env.JAVA_HOME ? join(env.JAVA_HOME, "bin/java") : findExecutable("java", env.PATH);
}

/**
 * What this machine lacks for the Pulumi CLI and some sets of jars; empty if nothing is missing. Takes 0.1 s when warm,
 * at most about 5 s.
 */
export async function missingThings(/** @type {readonly JarSet[]} */ sets) {
  const [forJars, pulumi] = await Promise.all([missingForJars(sets), checkPulumi()]);
  return pulumi === undefined ? forJars : [...forJars, pulumi];
}

/** What this machine lacks to fetch and run those jars. */
export async function missingForJars(/** @type {readonly JarSet[]} */ sets) {
  if (sets.length === 0) return [];
  const found = await Promise.all([checkJava(sets), checkMaven(sets)]);
  return found.filter((thing) => thing !== undefined);
}

/** The major version of the Java that the services run on; undefined if none runs. */
export async function javaMajor(java = javaExecutable()) {
  return java === undefined ? undefined : parseJavaMajor(await output(java, ["-version"]));
}

/**
 * Returns what is wrong with the paths of the project and the cache; undefined if nothing is. Only names that some
 * program cannot handle are refused.
 */
export function folderProblem(project = projectRoot, cache = cacheDirectory()) {
  for (const [what, path] of Object.entries({ "The project": project, "The cache": cache })) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what the check looks for.
    const [control] = /[\u0000-\u001f\u007f]/.exec(path) ?? [];
    const way = what === "The cache" ? "Set STREAMING_CACHE=<folder> to use another" : "Rename it";
    if (control !== undefined) {
      return `${what} is in ${JSON.stringify(path)}, whose name has a line break or another control character (${JSON.stringify(control)}). ${way}.`;
    }
    if (path.includes("\ufffd")) return `${what} is in ${path}, whose name is not UTF-8. ${way}.`;
  }
  if (project.includes("?")) {
    return `The project is in ${project}: tsx, which runs its TypeScript, treats a question mark (?) as the end of a path. Rename it.`;
  }
  if (cache.includes(":")) {
    return `The cache is in ${cache}: a Java class path treats a colon (:) as the end of a folder. Set STREAMING_CACHE=<folder> to use another.`;
  }
  const [special] = /["$`\\]/.exec(cache) ?? [];
  if (special !== undefined) {
    return `The cache is in ${cache}: PostgreSQL's initdb passes the path to a shell, which interprets ${special}. Set STREAMING_CACHE=<folder> to use another.`;
  }
  return undefined;
}

/** @returns {Promise<Missing | undefined>} */
async function checkJava(/** @type {readonly JarSet[]} */ sets) {
  const java = javaExecutable();
  const problem = java && (await javaProblem(java, sets.includes("reading") && !isInstalled("reading")));
  if (java !== undefined && problem === undefined) return undefined;
  return {
    what: "java",
    ...(problem && {
      found: process.env.JAVA_HOME ? `${problem}; JAVA_HOME selects it: change or unset that` : problem,
    }),
  };
}

/**
 * @param {string} java
 * @param {boolean} compiles whether Maven has to compile something, which it does with the compiler of the same Java
 */
async function javaProblem(java, compiles) {
  const printed = await output(java, ["-XshowSettings:properties", "-version"]);
  const major = parseJavaMajor(printed);
  if (major === undefined) return `${java} does not run`;
  if (major < minimumJava) return `${java} is Java ${major}`;
  // The program may be a link, or a script that selects a Java.
  const home = firstMatch(printed, /^ *java\.home = (.+)$/m) ?? join(dirname(java), "..");
  if (!compiles || isExecutable(join(home, "bin/javac"))) return undefined;
  return `${java} is a JRE, without the compiler javac of a JDK`;
}

const isInstalled = (/** @type {JarSet} */ set) => existsSync(join(cacheDirectory(), jarName(set)));

/** @returns {Promise<Missing | undefined>} */
async function checkMaven(/** @type {readonly JarSet[]} */ sets) {
  // `mvn -v` would start a JVM just to print a version that nothing depends on.
  return sets.every(isInstalled) || findExecutable("mvn") !== undefined ? undefined : { what: "maven" };
}

/** @returns {Promise<Missing | undefined>} */
async function checkPulumi() {
  if (existsSync(join(cacheDirectory(), pulumiName))) return undefined;
  const pulumi = findExecutable("pulumi") && (await output("pulumi", ["version"])).trim();
  if (pulumi && pulumiFits(pulumi)) return undefined;
  // In any other folder, a go.mod or go.work nearby could select another toolchain.
  const go = findExecutable("go") && (await output("go", ["env", "GOVERSION", "GOTOOLCHAIN"]));
  if (go && goFits(go)) return undefined;
  const url = pulumiDownloadUrl();
  if (url !== undefined && (await reachable(url))) return undefined;
  const old = [pulumi && `Pulumi ${pulumi}`, go?.split("\n")[0]].filter((text) => text).join(" and ");
  return { what: "pulumi", ...(old && { found: `${old}: too old` }) };
}

async function reachable(/** @type {string} */ url) {
  // Behind a proxy, which Node's own fetch ignores, this check is skipped; the installation reports a failure.
  const proxies = ["https_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  if (proxies.some((name) => process.env[name])) return true;
  try {
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/**
 * Standard output and standard error of a command; "" if it cannot be run.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string>}
 */
function output(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: tmpdir(), timeout: 20_000 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function isExecutable(/** @type {string} */ file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function firstMatch(/** @type {string} */ text, /** @type {RegExp} */ pattern) {
  return pattern.exec(text)?.[1];
}

const things = {
  java: {
    name: `Java (JDK) ${minimumJava} or newer`,
    why: "runs Apache Kafka, Apache Flink and OpenSearch",
    debian: "openjdk-17-jdk-headless",
    brew: "temurin@17",
    elsewhere: "https://adoptium.net",
  },
  maven: {
    name: "Apache Maven",
    why: "fetches the jars of Kafka, Flink and OpenSearch once",
    debian: "maven",
    brew: "maven",
    elsewhere: "https://maven.apache.org/install.html",
  },
  pulumi: {
    name: `Pulumi CLI ${minimumPulumi} or newer, or Go ${goVersion} or newer`,
    // The download does not use the proxy in npm's configuration.
    why:
      "deploys and destroys stacks; it cannot be downloaded from here at the moment (behind a proxy, set " +
      "https_proxy), but Go can build it",
    debian: undefined,
    brew: "pulumi/tap/pulumi",
    elsewhere: "https://www.pulumi.com/docs/install or https://go.dev/doc/install",
  },
};

/** The name of a program, and how to get it, in one line. */
export function wayTo(/** @type {keyof typeof things} */ what) {
  const { name, debian, brew, elsewhere } = things[what];
  const ways = [
    ...(debian === undefined ? [] : [`sudo apt-get install -y ${debian}`]),
    `brew install ${brew}`,
    elsewhere,
  ];
  return { name, how: ways.join(", or ") };
}

/** One message about everything missing: what, why, and how to install it on each system. */
export function missingMessage(/** @type {readonly Missing[]} */ missing) {
  const needed = missing.map(({ what, found }) => ({ ...things[what], found }));
  const packages = needed.flatMap(({ debian }) => debian ?? []);
  const byHand = missing.some(({ what }) => what === "pulumi");
  return [
    "This machine lacks prerequisites of the project. Nothing has been started or installed.",
    "",
    ...needed.map(({ name, why, found }) => `  - ${name}: ${why}${found ? ` (found: ${found})` : ""}`),
    "",
    "Debian, Ubuntu:",
    ...(packages.length > 0
      ? [`  sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}`]
      : []),
    ...(packages.includes(things.java.debian)
      ? ["  (a release without openjdk-17 has openjdk-21-jdk-headless, which works as well)"]
      : []),
    ...(byHand ? [`  Pulumi CLI or Go: ${things.pulumi.elsewhere}`] : []),
    "macOS (Homebrew):",
    `  brew install ${needed.map(({ brew }) => brew).join(" ")}`,
    "Elsewhere:",
    ...needed.map(({ name, elsewhere }) => `  ${name}: ${elsewhere}`),
    "",
    "Then run the same command again.",
  ].join("\n");
}
