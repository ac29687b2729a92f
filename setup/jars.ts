import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { counted } from "../lib/counted.ts";
import type { Progress } from "../lib/progress.ts";
import { cacheDirectory, jarName, jarSets, pom, readingFormat } from "../tools/prerequisites.mjs";
import { installOnce } from "./cache.ts";
import { runTool } from "./runTool.ts";

export { jarSets };

/** A set of jars that forms one class path. */
export type JarSet = (typeof jarSets)[number];

/** The profiles of tools/jars/pom.xml that each set is resolved with. */
const PROFILES: Record<Exclude<JarSet, "reading">, string> = {
  kafka: "kafka",
  // Separate profiles, because Flink's own image needs only the connectors.
  flink: "flink,flink-connectors",
  opensearch: "opensearch",
};

/** The folder for the jars of a set, installed or not. It depends on the content of the pom. */
export function jarDirectory(set: JarSet): string {
  return join(cacheDirectory(), jarName(set));
}

/** The sets that {@link installJars} would fetch. */
export function missingJars(sets: readonly JarSet[] = jarSets): JarSet[] {
  return sets.filter((set) => !existsSync(jarDirectory(set)));
}

/**
 * Fetches the jars that are not in the cache, set by set.
 *
 * @param signal ends what is under way
 * @throws SetupError if Maven fails, with its last lines and what to do
 */
export async function installJars(
  progress: Progress,
  sets: readonly JarSet[] = jarSets,
  signal?: AbortSignal,
): Promise<void> {
  for (const set of missingJars(sets)) {
    signal?.throwIfAborted();
    const task = progress.task(`Jars of ${set}, by Maven, once`);
    try {
      const directory = await installOnce(jarName(set), (temporary) =>
        set === "reading" ? buildReading(temporary, signal) : copyJars(set, temporary, task.update, signal),
      );
      task.done(counted(readdirSync(directory).length, "jar"));
    } catch (error) {
      task.fail();
      throw error;
    }
  }
}

const ADVICE =
  "Maven could not fetch the jars. Check that it can reach its repository. Behind a proxy or a mirror: " +
  "~/.m2/settings.xml (https://maven.apache.org/guides/mini/guide-proxies.html). Once the jars are " +
  "fetched, no network is needed. Then run the same command again.";

const BUILD_ADVICE =
  "Maven could not build the Flink format reading (flink/reading). Maven's lines above say why. It compiles with the " +
  "Java of JAVA_HOME, or else of PATH, which must be a JDK (with javac), not a JRE. The first time, it also fetches " +
  "its plugins, behind a proxy or a mirror as ~/.m2/settings.xml says. Then run the same command again.";

async function copyJars(
  set: keyof typeof PROFILES,
  directory: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let downloads = 0;
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${directory}`];
  await runTool("mvn", ["-B", `-P${PROFILES[set]}`, "-f", pom, ...goal], {
    onLine: (line) => {
      if (line.includes("Downloaded from")) onDetail(`${counted(++downloads, "file")} fetched`);
    },
    advice: ADVICE,
    ...(signal && { signal }),
  });
}

/** Builds the Flink format `reading`, in a few seconds; once Maven has its plugins, without the network. */
async function buildReading(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const target = mkdtempSync(join(tmpdir(), "flink-reading-"));
  try {
    const build = [`-Dtarget.directory=${target}`, "-Dmaven.test.skip=true", "package"];
    await runTool("mvn", ["-B", "-f", join(readingFormat, "pom.xml"), ...build], {
      advice: BUILD_ADVICE,
      ...(signal && { signal }),
    });
    copyFileSync(join(target, "flink-reading.jar"), join(directory, "flink-reading.jar"));
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
