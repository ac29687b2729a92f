import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";

const MAIN = join(projectDirectory, "apps/notifier/main.ts");
// CommonJS packages need `require`.
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

let bundle: Promise<Uint8Array> | undefined;

/**
 * The notifier as a single file, as in the image for a Docker engine. It starts with a quarter of the work that it takes
 * with tsx. Made once in each process.
 */
export function notifierBundle(): Promise<Uint8Array> {
  bundle ??= bundled();
  return bundle;
}

async function bundled(): Promise<Uint8Array> {
  // It comes with tsx.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [MAIN],
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: REQUIRE },
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${MAIN}`);
  return file.contents;
}
