import { delimiter } from "node:path";
import { DockerEngine, type ListedContainer } from "../../clients/docker/engine.ts";
import { engineOf, stackLabel } from "../../components/hosts/docker/address.ts";
import { docker } from "./docker.ts";
import { ownContainers } from "./forsakenContainers.ts";
import { dockerWithEngine } from "./optionalParts.ts";
import { stackFile } from "./stackFile.ts";
import { TestStack } from "./testStack.ts";

const part = await dockerWithEngine();
/** Why stacks on Docker cannot run here: no engine, or no plugin; empty if they can. */
export const whyNotDocker = "reason" in part ? part.reason : "";

/** The stack docker with real engines, beside any other stack. */
export async function dockerStack(config: Record<string, unknown> = {}): Promise<TestStack> {
  const directory = "directory" in part ? part.directory : "";
  // Everything on the engine is named after it.
  const name = `test-${process.pid}`;
  const environment = { PATH: [directory, process.env.PATH].join(delimiter) };
  const stack = await TestStack.create({ ...(await stackFile("docker")), ...config }, { name, environment });
  ownContainers(stack.directory, name);
  return stack;
}

const theEngine = () => new DockerEngine(engineOf("").address);

/** Everything that a stack has on the engine. */
export async function containersOf({ stack }: TestStack): Promise<ListedContainer[]> {
  const all = await theEngine().containers(stackLabel(stack.name));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The user id of a container's first process. */
export async function userOf(container: string): Promise<number> {
  const status = await theEngine().execute(container, ["cat", "/proc/1/status"]);
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

/** Kills the process of a container; the engine leaves it dead, as configured. */
export async function killContainer(stack: TestStack, name: string): Promise<void> {
  const resources = stack.resources("docker:index/container:Container");
  const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`there is no ${name}`);
  await docker("kill", String(found.outputs.name));
}
