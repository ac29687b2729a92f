import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isPlaced, type StateResource } from "../../components/stateResources.ts";
import { stateDirectory } from "./stackState.ts";

/** A stack whose state is in this project. */
export interface LocalStack {
  readonly name: string;
  /** How many resources the engine knows; 0 while the stack is still being created. */
  readonly resources: number;
}

/** The end of a state's file; with PULUMI_SELF_MANAGED_STATE_GZIP, the engine compresses them. */
const STATE = /\.json(\.gz)?$/;

/** The stacks whose state is in this project, read from the state files without running the engine. */
export function localStacks(directory = stateDirectory): LocalStack[] {
  const states = join(directory, ".pulumi/stacks");
  if (!existsSync(states)) return [];
  return readdirSync(states, { recursive: true })
    .map(String)
    .filter((file) => STATE.test(file))
    .map((file) => ({ name: basename(file).replace(STATE, ""), resources: countIn(join(states, file)) }));
}

function countIn(file: string): number {
  try {
    const data = readFileSync(file);
    const state = JSON.parse(`${file.endsWith(".gz") ? gunzipSync(data) : data}`) as {
      readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StateResource[] } };
    };
    return (state.checkpoint?.latest?.resources ?? []).filter(isPlaced).length;
  } catch {
    return 0; // it is being written
  }
}
