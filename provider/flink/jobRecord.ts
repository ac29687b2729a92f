import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replaceFile.ts";
import type { SqlJobState } from "./sqlJobInputs.ts";

/*
 * If a cluster forgets its jobs when its JobManager dies, they are recorded in a folder, with everything needed to
 * start them again. Once a job has been resumed without an `up`, or an `up` was killed after it had submitted a job, the
 * record is newer than the engine's state.
 */

type Noted = Pick<SqlJobState, "job" | "recordDirectory">;

/** Records a job. Its tables may contain credentials, so only this user can read the record. */
export function recordJob(state: SqlJobState): SqlJobState {
  const { recordDirectory } = state;
  if (recordDirectory === undefined) return state;
  mkdirSync(recordDirectory, { recursive: true, mode: 0o700 });
  replaceFile(fileOf(recordDirectory, state.job), JSON.stringify(state), 0o600);
  return state;
}

/** Removes the record of a job that is no longer wanted. */
export function forgetJob({ recordDirectory, job }: Noted): void {
  if (recordDirectory !== undefined) rmSync(fileOf(recordDirectory, job), { force: true });
}

/** Every job recorded in a folder, which may not exist yet, and files that a power cut has cut off. */
export function recordedJobs(directory: string): { jobs: SqlJobState[]; unreadable: string[] } {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const files = names.filter((name) => name.endsWith(".json")).map((name) => join(directory, name));
  const records = files.map((file) => ({ file, job: read(file) }));
  return {
    jobs: records.flatMap(({ job }) => job ?? []),
    unreadable: records.flatMap(({ file, job }) => (job === undefined ? [file] : [])),
  };
}

/** A job as it was last submitted: as recorded, or else as the engine knows it. */
export function asSubmittedLast(state: SqlJobState): SqlJobState {
  const noted = recordOf(state);
  return noted?.owner === state.owner ? { ...state, ...noted } : state;
}

function recordOf({ recordDirectory, job }: Noted): SqlJobState | undefined {
  return recordDirectory === undefined ? undefined : read(fileOf(recordDirectory, job));
}

function read(file: string): SqlJobState | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as SqlJobState;
  } catch {
    return undefined;
  }
}

const fileOf = (directory: string, job: string) => join(directory, `${job}.json`);
