import { sizeText } from "../../lib/fileSize.ts";
import type { Finding } from "../../lib/finding.ts";
import type { WorkingFolder } from "../../provider/process/workingFolder.ts";
import type { Trace } from "../../setup/traces.ts";
import type { LocalStack } from "../engine/localStacks.ts";

/**
 * The stacks that this project knows, and servers left over from others.
 *
 * @param stacks whose state is in this project
 * @param servers that run on this machine, of any stack
 * @param hasServer whether a folder is that of a server of a stack
 */
export function stacksHere(
  stacks: readonly LocalStack[],
  servers: readonly WorkingFolder[],
  hasServer: (stack: string, folder: string) => boolean,
): Finding[] {
  const known = stacks.map(({ name, resources }): Finding => {
    const running = servers.filter(({ path }) => hasServer(name, path)).length;
    const state = resources > 0 ? "deployed" : "not deployed";
    const value = `${state}, ${running} ${running === 1 ? "server runs" : "servers run"} here`;
    return { name: `Stack ${name}`, value };
  });
  return [...known, ...servers.filter(({ isGone }) => isGone).map(forgotten)];
}

/** A server whose stack was removed without stopping it. */
function forgotten({ pid, path }: WorkingFolder): Finding {
  return {
    name: "Left over",
    value: `process ${pid}`,
    trouble: {
      problem: `It is a server of an earlier stack: it works in ${path}, which no longer exists.`,
      remedy: `End it: kill ${pid}.`,
      stops: false,
    },
  };
}

/** The size of the cache; `npm run clean` lists what is in it. */
export function cacheFinding(directory: string, traces: readonly Trace[]): Finding {
  const total = traces.reduce((sum, { bytes }) => sum + bytes, 0);
  return { name: "Cache", value: `${sizeText(total)} at ${directory}` };
}
