import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackLabel } from "../../components/hosts/docker/address.ts";
import { docker } from "./docker.ts";

/** A file in the folder of a stack that has containers, with the stack's name. */
const STACK_FILE = ".streaming-test-containers";

/** Has the containers of a stack removed together with its folder, if the folder's owner is killed. */
export function ownContainers(folder: string, stack: string): void {
  writeFileSync(join(folder, STACK_FILE), stack);
}

/**
 * Removes everything that the stack of a forsaken folder has on the Docker engine.
 *
 * @returns false if the engine does not answer now; a later run has to try again
 */
export async function removeForsakenContainers(folder: string): Promise<boolean> {
  const file = join(folder, STACK_FILE);
  if (!existsSync(file)) return true;
  const stack = readFileSync(file, "utf8");
  try {
    await removeStack(stack);
    return true;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    console.warn(
      `Containers of the stack ${stack} could not be removed: ${(stderr ?? String(error)).trim()}`,
    );
    return false;
  }
}

async function removeStack(stack: string): Promise<void> {
  const own = ["--filter", `label=${stackLabel(stack)}`];
  await remove(["rm", "--force", "--volumes"], ["ps", "--all", "--quiet", ...own]);
  await remove(["volume", "rm", "--force"], ["volume", "ls", "--quiet", ...own]);
  await remove(["network", "rm"], ["network", "ls", "--quiet", ...own]);
  const images = ["--filter", `reference=streaming-anomaly-detection/*:${stack}-*`];
  await remove(["rmi", "--force"], ["images", "--quiet", ...images]);
}

async function remove(command: readonly string[], list: readonly string[]): Promise<void> {
  const found = (await docker(...list)).split("\n").filter(Boolean);
  if (found.length > 0) await docker(...command, ...found);
}
