import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/prerequisites.mjs";

/** A cache in a folder of any name that shares what this machine's has, except what depends on its place. */
export function oddCache(near: string): string {
  const cache = `${near.replaceAll(/[:"$`]/g, "")} cache`;
  mkdirSync(cache);
  for (const name of readdirSync(cacheDirectory())) {
    if (/^(jars|pulumi)-/.test(name) && name !== "pulumi-home")
      symlinkSync(join(cacheDirectory(), name), join(cache, name));
  }
  return cache;
}
