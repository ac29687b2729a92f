import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../lib/finding.ts";
import { projectDirectory } from "../../lib/paths.ts";
import { outputOf } from "../../setup/runTool.ts";

/** The version of this project, with its commit if it is a clone. */
export async function versionHere(): Promise<Finding> {
  const { version } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
    readonly version: string;
  };
  const described = await outputOf("git", ["-C", projectDirectory, "describe", "--always", "--dirty"]);
  const commit = /^[\w.-]+$/.test(described) ? `, commit ${described}` : "";
  return { name: "Version", value: `${version}${commit}` };
}
