import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DockerEngine } from "../../clients/docker/engine.ts";

/** Where a cluster retains checkpoints: `<directory>/<job id>/chk-<n>/_metadata`, the last file that Flink writes of each. */
export interface CheckpointFolder {
  /** As the cluster sees it; absent where nobody but the cluster can look. */
  readonly checkpointDirectory?: string;
  /** The container that has it, and its engine's address; this machine has it where absent. */
  readonly checkpointContainer?: { readonly engine: string; readonly container: string };
}

/** @returns the path of the newest complete checkpoint of a job, or undefined where there is none */
export async function latestCheckpoint(
  { checkpointDirectory, checkpointContainer }: CheckpointFolder,
  jobId: string,
): Promise<string | undefined> {
  if (checkpointDirectory === undefined) return undefined;
  const folder = join(checkpointDirectory, jobId);
  const complete = checkpointContainer
    ? await inContainer(checkpointContainer, folder)
    : await onThisMachine(folder);
  return complete
    .map((path) => ({ path, number: Number(/chk-(\d+)$/.exec(path)?.[1]) }))
    .sort((a, b) => b.number - a.number)[0]?.path;
}

async function onThisMachine(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const checked = names
    .filter((name) => name.startsWith("chk-"))
    .map(async (name) => {
      const path = join(folder, name);
      const isComplete = await stat(join(path, "_metadata")).then(
        () => true,
        () => false,
      );
      return isComplete ? [path] : [];
    });
  return (await Promise.all(checked)).flat();
}

async function inContainer(
  { engine, container }: NonNullable<CheckpointFolder["checkpointContainer"]>,
  folder: string,
): Promise<string[]> {
  const pattern = `${folder}/chk-*/_metadata`;
  const listed = await new DockerEngine(engine).execute(container, ["sh", "-c", `ls -1d ${pattern}`]);
  // Where there is none, ls says so instead.
  return [...listed.matchAll(/^(\/\S+\/chk-\d+)\/_metadata\r?$/gm)].map(([, path]) => path ?? "");
}
