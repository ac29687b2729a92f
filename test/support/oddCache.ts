import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/prerequisites.mjs";
import { ownFolder } from "./forsakenStacks.ts";
import { ODD_NAME } from "./names.ts";

/** A cache in a folder with an arbitrary name. It shares this machine's contents, except those tied to their path. */
export function oddCache(): string {
  const cache = ownFolder(`${ODD_NAME.replaceAll(/[:"$`]/g, "")} cache-`);
  for (const name of readdirSync(cacheDirectory())) {
    if (/^(jars|pulumi)-/.test(name) && name !== "pulumi-home")
      symlinkSync(join(cacheDirectory(), name), join(cache, name));
  }
  return cache;
}
