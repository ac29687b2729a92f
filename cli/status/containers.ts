import pc from "picocolors";
import { DockerEngine } from "../../clients/docker.ts";
import type { StackOutputs } from "../outputs.ts";
import { table } from "../summary.ts";

/** The containers of a stack, as their engine tells of them; nothing where it has none. */
export async function describeContainers({ docker }: Pick<StackOutputs, "docker">): Promise<string> {
  if (docker === undefined) return "";
  const containers = await new DockerEngine(docker.engine).containers(docker.label);
  const rows = containers.map(({ name, state, status }) => [
    name,
    state === "running" ? pc.green(state) : pc.red(state),
    status,
  ]);
  return table(rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}
