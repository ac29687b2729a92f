import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DockerEngine } from "./docker/engine.ts";

/** A folder that can be read, wherever it is. */
export interface Folder {
  /**
   * Finds files by name, one level below a folder.
   *
   * @param name without characters that a shell would interpret, such as `_metadata`
   * @param below a folder in this one, such as `jobs`
   * @returns absolute paths on the folder's own system: `/folder/jobs/7/_metadata`; empty if the folder is absent
   */
  filesNamed(name: string, below: string): Promise<string[]>;
}

/**
 * Opens a folder by its address: an absolute path on this machine, or `docker://<container>/<path>?engine=<address>`
 * for one in a container, as {@link containerFolder} returns it.
 */
export function openFolder(address: string): Folder {
  if (!address.startsWith("docker:"))
    return { filesNamed: (name, below) => find(join(address, below), name) };
  const { hostname, pathname, searchParams } = new URL(address);
  const engine = new DockerEngine(searchParams.get("engine") ?? "");
  return { filesNamed: (name, below) => findIn(engine, hostname, `${decodeURI(pathname)}/${below}`, name) };
}

/**
 * The address of a folder in a container.
 *
 * @param engine unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>
 * @param path absolute, in the container
 */
export const containerFolder = (engine: string, container: string, path: string) =>
  `docker://${container}${encodeURI(path)}?engine=${encodeURIComponent(engine)}`;

async function find(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const checked = entries.map(async (entry) => {
    const path = join(folder, entry, name);
    return (await isThere(path)) ? [path] : [];
  });
  return (await Promise.all(checked)).flat();
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function findIn(
  engine: DockerEngine,
  container: string,
  folder: string,
  name: string,
): Promise<string[]> {
  const listed = await engine.execute(container, ["sh", "-c", `ls -1d ${quoted(folder)}/*/${name}`]);
  // If there are none, ls prints a message instead.
  return listed.split(/\r?\n/).filter((line) => line.startsWith(`${folder}/`) && line.endsWith(`/${name}`));
}

/** Quotes text for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
