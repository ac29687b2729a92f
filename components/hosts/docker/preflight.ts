import * as pulumi from "@pulumi/pulumi";
import { DockerEngine } from "../../../clients/docker/engine.ts";
import { DockerRefusal, DockerUnreachable } from "../../../clients/docker/errors.ts";
import { holderOf, isListening } from "../../../provider/process/ports.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostContext, HostSettings, Known, Part } from "../host.ts";
import { engineOf, isRemote, stackLabel } from "./address.ts";
import { refuseEarlierStack } from "./earlierStack.ts";
import { refuseOtherEngine } from "./otherEngine.ts";
import { portsOf } from "./ports.ts";
import type { definitions } from "./settings.ts";
import { tunnelProblems } from "./tunnelProblems.ts";

type Context = Pick<HostContext<typeof definitions>, "settings" | "stack" | "parts">;
type Settings = HostSettings<typeof definitions>;

/**
 * Asks the Docker engine whether a stack is possible with its settings, before anything is created: whether the engine
 * answers, has the images or can pull them, whether the ports are free, whether the stack is on another engine, and
 * whether this one has another stack of that name. It changes nothing.
 *
 * @param known undefined if the engine's state is not available
 * @throws SettingsError with every problem, UserError if the stack is on another engine or this one has another stack
 *   of that name, pulumi.RunError if the engine does not answer or refuses to
 */
export async function checkDocker({ settings, stack, parts }: Context, known?: Known): Promise<void> {
  let namedBy: string | undefined;
  try {
    const named = engineOf(settings["docker.host"]);
    namedBy = named.namedBy;
    const engine = new DockerEngine(named.address);
    await engine.apiVersion();
    if (known !== undefined) {
      const resources = await known();
      await refuseOtherEngine(stack, engine, named, resources);
      await refuseEarlierStack(stack, engine, resources);
    }
    const problems = await Promise.all([
      portProblems(settings, parts, stack, engine),
      imageProblems(settings, parts, engine),
    ]);
    if (problems.flat().length > 0) throw new SettingsError(problems.flat());
  } catch (error) {
    const isForUser = error instanceof DockerUnreachable || error instanceof DockerRefusal;
    if (!isForUser) throw error;
    const context = namedBy?.includes("context") ? ` (${namedBy} names that one)` : "";
    throw new pulumi.RunError(`${error.message}${context}`);
  }
}

async function portProblems(
  settings: Settings,
  parts: readonly Part[],
  stack: string,
  engine: DockerEngine,
): Promise<string[]> {
  const ports = portsOf(parts);
  if (isRemote(engine.address)) return tunnelProblems(settings, ports, engine.address);
  const own = (await engine.containers(stackLabel(stack))).flatMap((container) => container.ports);
  const problems = ports.map(async (setting) => {
    const port = settings[setting];
    if (own.includes(port) || !(await isListening(port))) return [];
    const holder = holderOf(port);
    return [
      `${setting} is ${port}, which is taken${holder === undefined ? "" : ` by ${holder}`}: stop what holds it, or set ${setting} to a free port`,
    ];
  });
  return (await Promise.all(problems)).flat();
}

type ImageSetting = Extract<keyof typeof definitions, `docker.${string}Image`>;

const IMAGES: Readonly<Record<Part, readonly ImageSetting[]>> = {
  kafka: ["docker.kafkaImage"],
  postgres: ["docker.postgresImage"],
  openSearch: ["docker.openSearchImage"],
  flink: ["docker.flinkImage", "docker.mavenImage"],
  generator: ["docker.nodeImage"],
  notifier: ["docker.nodeImage"],
  page: ["docker.nodeImage"],
};

async function imageProblems(
  settings: Settings,
  parts: readonly Part[],
  engine: DockerEngine,
): Promise<string[]> {
  const needed = [...new Set(parts.flatMap((part) => IMAGES[part]))];
  const problems = needed.map(async (setting) => {
    const image = settings[setting];
    if (await engine.hasImage(image)) return [];
    const problem = await engine.pullProblem(image);
    if (problem === undefined) return [];
    return [
      `${setting} is ${image}, which is not present on the Docker engine and cannot be pulled (${problem}): make sure that it reaches the registry, load the image with docker load, or set ${setting} to an image in a registry that it reaches`,
    ];
  });
  return (await Promise.all(problems)).flat();
}
