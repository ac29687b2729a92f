import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replaceFile.ts";
import type { SqlJobState } from "./sqlJobInputs.ts";

/*
 * Jobs of a cluster that forgets them when its JobManager dies are noted down in a folder, with all that starts them
 * again. The note is newer than the engine's state once a job was resumed without an `up`.
 */

type Noted = Pick<SqlJobState, "job" | "recordDirectory">;

/** Notes a job down. Its tables may hold credentials: only this user can read it. */
export function recordJob(state: SqlJobState): SqlJobState {
  const { recordDirectory } = state;
  if (recordDirectory === undefined) return state;
  mkdirSync(recordDirectory, { recursive: true, mode: 0o700 });
  replaceFile(fileOf(recordDirectory, state.job), JSON.stringify(state), 0o600);
  return state;
}

/** Forgets a job that nobody wants any more. */
export function forgetJob({ recordDirectory, job }: Noted): void {
  if (recordDirectory !== undefined) rmSync(fileOf(recordDirectory, job), { force: true });
}

/** Every job that is noted down in a folder. */
export function recordedJobs(directory: string): SqlJobState[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as SqlJobState);
}

/** A job as the engine knows it, under the id and from the state under which it was resumed last. */
export function asResumedLast(state: SqlJobState): SqlJobState {
  const noted = recordOf(state);
  if (noted === undefined || noted.owner !== state.owner) return state;
  return { ...state, jobId: noted.jobId, startedFrom: noted.startedFrom };
}

function recordOf({ recordDirectory, job }: Noted): SqlJobState | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(recordDirectory ?? "", job), "utf8")) as SqlJobState;
  } catch {
    return undefined;
  }
}

const fileOf = (directory: string, job: string) => join(directory, `${job}.json`);
