import { dirname } from "node:path";
import { openFolder } from "../../clients/folder.ts";

/**
 * Where a cluster retains checkpoints: `<directory>/<job id>/chk-<n>/_metadata`, the last file that Flink writes for
 * each.
 */
export interface CheckpointFolder {
  /** The folder's address, for {@link openFolder}; absent if only the cluster can read it. */
  readonly checkpointDirectory?: string;
}

/** @returns the path, as seen by the cluster, of a job's newest complete checkpoint; undefined if there is none */
export async function latestCheckpoint(
  { checkpointDirectory }: CheckpointFolder,
  jobId: string,
): Promise<string | undefined> {
  if (checkpointDirectory === undefined) return undefined;
  const complete = await openFolder(checkpointDirectory).filesNamed("_metadata", jobId);
  return complete
    .flatMap((file) => {
      const number = /\/chk-(\d+)\/_metadata$/.exec(file)?.[1];
      return number === undefined ? [] : [{ path: dirname(file), number: Number(number) }];
    })
    .sort((a, b) => b.number - a.number)[0]?.path;
}
