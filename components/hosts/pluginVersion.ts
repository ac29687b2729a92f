import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";

/** The version of a provider's plugin, such as 6.51.0: that of the provider's npm package. */
export function pluginVersion(provider: "aiven" | "docker"): string {
  const file = readFileSync(join(projectDirectory, "package.json"), "utf8");
  const { dependencies } = JSON.parse(file) as { readonly dependencies: Readonly<Record<string, string>> };
  return dependencies[`@pulumi/${provider}`] ?? "";
}
