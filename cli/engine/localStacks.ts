import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isPlaced, type StateResource } from "../../components/stateResources.ts";
import { stateDirectory } from "./stackState.ts";

/** A stack whose state is in this project. */
export interface LocalStack {
  readonly name: string;
  /** How many resources the engine knows; 0 while the stack is still being created. */
  readonly resources: number;
}

/** The stacks whose state is in this project, read from the state files without running the engine. */
export function localStacks(directory = stateDirectory): LocalStack[] {
  const states = join(directory, ".pulumi/stacks");
  if (!existsSync(states)) return [];
  return readdirSync(states, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({ name: basename(file, ".json"), resources: countIn(join(states, file)) }));
}

function countIn(file: string): number {
  try {
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StateResource[] } };
    };
    return (state.checkpoint?.latest?.resources ?? []).filter(isPlaced).length;
  } catch {
    return 0; // it is being written
  }
}
