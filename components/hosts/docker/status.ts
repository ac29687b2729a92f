import { DockerEngine } from "../../../clients/docker/engine.ts";
import { colors } from "../../../lib/colors.ts";
import type { Report } from "../../../lib/section.ts";

/** Output of a stack: the engine with its containers, and their label. */
export interface DockerOutput {
  readonly engine: string;
  readonly label: string;
}

/** The containers of a stack, as their engine reports them. */
export async function describeContainers(stack: string, docker: DockerOutput): Promise<Report> {
  const containers = await new DockerEngine(docker.engine).containers(docker.label);
  const rows = containers.map(({ name, state, status }) => [
    name,
    state === "running" ? colors.green(state) : colors.red(state),
    status,
  ]);
  const stopped = containers.filter(({ state }) => state !== "running").map(({ name }) => name);
  return {
    rows: rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    troubles:
      stopped.length === 0
        ? []
        : [
            `${stopped.join(", ")} ${stopped.length === 1 ? "does" : "do"} not run: npm run up -- ${stack} restarts what has stopped, on the same data; docker logs may say why it did.`,
          ],
  };
}
