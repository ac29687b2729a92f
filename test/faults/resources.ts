import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { residentMegabytes } from "../../provider/process/memory.ts";
import type { FaultyStack } from "./faultyStack.ts";

/** What a stack uses of the machine, in MB. */
export interface Taken {
  readonly memory: number;
  readonly disk: number;
  readonly logs: number;
}

export async function taken(stack: FaultyStack): Promise<Taken> {
  const { directory } = stack.stack;
  return {
    memory: stack.servers.reduce((total, server) => total + residentMegabytes(stack.pidOf(server)), 0),
    disk: await megabytesOf(`${directory}/data`),
    logs: await megabytesOf(`${directory}/data/${stack.stack.stack.name}/logs`),
  };
}

async function megabytesOf(folder: string): Promise<number> {
  // Files come and go meanwhile, and du complains about it.
  const { stdout } = await promisify(execFile)("du", ["-sk", folder]).catch(
    (error) => error as { stdout: string },
  );
  return Math.round(Number.parseInt(stdout, 10) / 1024);
}
