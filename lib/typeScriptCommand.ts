import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * The command that runs one of our TypeScript programs from any folder.
 *
 * @param file its absolute path
 */
export function typeScriptCommand(file: string, ...args: string[]): string[] {
  // import.meta.resolve does not exist everywhere under Vitest.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx"));
  return [process.execPath, "--import", loader.href, file, ...args];
}
