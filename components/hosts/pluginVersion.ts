import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";

/** The version of the plugin of a provider such as `aiven`: that of its npm package. */
export function pluginVersion(provider: string): string {
  const file = readFileSync(join(projectDirectory, "package.json"), "utf8");
  const { dependencies } = JSON.parse(file) as { readonly dependencies: Readonly<Record<string, string>> };
  return dependencies[`@pulumi/${provider}`] ?? "";
}
