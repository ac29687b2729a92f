import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "../lib/filesBelow.ts";
import { projectDirectory } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { cacheDirectory, installOnce } from "./cache.ts";
import { SetupError } from "./setupError.ts";

const sources = join(projectDirectory, "apps/page");

/** The folder with the browser's part of the live page, built or not. It depends on the page's sources and packages. */
export const pageDirectory = () => join(cacheDirectory(), pageName());

/**
 * Builds the live page for the browser if the cache does not have it; takes a second or two.
 *
 * @throws SetupError if it cannot be built
 */
export async function installPage(progress: Progress): Promise<void> {
  if (existsSync(pageDirectory())) return;
  const task = progress.task("The live page, by Vite, once");
  try {
    await installOnce(pageName(), buildPage);
    task.done();
  } catch (error) {
    task.fail();
    if (error instanceof SetupError) throw error;
    throw new SetupError(`The live page cannot be built: ${error instanceof Error ? error.message : error}`);
  }
}

/** Vite treats characters such as # as the end of a path, so it sees the project by a path that has none. */
async function buildPage(directory: string): Promise<void> {
  const plain = mkdtempSync(join(tmpdir(), "page-"));
  try {
    for (const name of ["apps", "node_modules"]) symlinkSync(join(projectDirectory, name), join(plain, name));
    // Loading it takes a quarter of a second, which only the first start needs.
    const { build } = await import("vite");
    const outDir = join(plain, "built");
    const root = join(plain, "apps/page/web");
    await build({ root, configFile: join(root, "vite.config.ts"), build: { outDir, emptyOutDir: true } });
    cpSync(outDir, directory, { recursive: true });
  } finally {
    rmSync(plain, { recursive: true, force: true });
  }
}

/** Depends on everything below apps/page that the browser's part may import, and on what pins the packages. */
function pageName(): string {
  const hash = createHash("sha256").update(readFileSync(join(projectDirectory, "package-lock.json")));
  for (const file of ["web", "model", "view.ts"].flatMap((path) => filesBelow(sources, path))) {
    hash.update(`/${file}\0`).update(readFileSync(join(sources, file)));
  }
  return `page-${hash.digest("hex").slice(0, 12)}`;
}
