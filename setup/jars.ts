import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../lib/progress.ts";
import { cacheDirectory, jarName, jarSets, pom } from "../tools/prerequisites.mjs";
import { installOnce } from "./cache.ts";
import { runTool } from "./runTool.ts";

export { jarSets };

/** A class path of its own. */
export type JarSet = (typeof jarSets)[number];

/** The profiles of tools/jars/pom.xml that a set is resolved by, as one. */
const PROFILES: Record<JarSet, string> = {
  kafka: "kafka",
  // Apart, because Flink's own image needs the connectors alone.
  flink: "flink,flink-connectors",
  opensearch: "opensearch",
};

/** The folder of the jars of a set, whether they are installed or not. A changed pom changes it. */
export function jarDirectory(set: JarSet): string {
  return join(cacheDirectory(), jarName(set));
}

/** Those of the sets that {@link installJars} would fetch. */
export function missingJars(sets: readonly JarSet[] = jarSets): JarSet[] {
  return sets.filter((set) => !existsSync(jarDirectory(set)));
}

/**
 * Fetches the jars that are not in the cache, set by set.
 *
 * @throws SetupError when Maven fails, with its last lines and what to do
 */
export async function installJars(progress: Progress, sets: readonly JarSet[] = jarSets): Promise<void> {
  for (const set of missingJars(sets)) {
    const task = progress.task(`Jars of ${set}, by Maven, once`);
    try {
      const directory = await installOnce(jarName(set), (temporary) => copyJars(set, temporary, task.update));
      task.done(`${readdirSync(directory).length} jars`);
    } catch (error) {
      task.fail();
      throw error;
    }
  }
}

async function copyJars(set: JarSet, directory: string, onDetail: (detail: string) => void): Promise<void> {
  let downloads = 0;
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${directory}`];
  await runTool("mvn", ["-B", `-P${PROFILES[set]}`, "-f", pom, ...goal], {
    onLine: (line) => {
      if (line.includes("Downloaded from")) onDetail(`${++downloads} files fetched`);
    },
    advice:
      "Maven could not fetch the jars. Does it reach its repository? Behind a proxy or a mirror: " +
      "~/.m2/settings.xml (https://maven.apache.org/guides/mini/guide-proxies.html). Once the jars are " +
      "fetched, no network is needed. Then run the same command again.",
  });
}
