import type { Job } from "../../clients/flink/job.ts";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { isAway, NotFlink } from "../../clients/flink/restApi.ts";
import { codeOf, innermost } from "../../lib/rootCause.ts";
import { warn } from "../log.ts";
import { findOwn } from "./ownJobs.ts";
import type { SqlJobInputs, SqlJobState } from "./sqlJobInputs.ts";

/** A job as it was submitted, with the addresses at which its cluster answers now, and the job itself if it is active. */
export interface Located {
  readonly state: SqlJobState;
  readonly running: Job | undefined;
}

/**
 * Finds a job whose cluster may have been moved to other addresses. If it is not active there, it may still be active
 * at the former ones, in another cluster.
 *
 * @param former as it was last submitted
 * @throws FlinkUnreachable if the JobManager does not answer at its new address
 */
export async function locateJob(
  former: SqlJobState,
  { jobManagerUrl, gatewayUrl }: Pick<SqlJobInputs, "jobManagerUrl" | "gatewayUrl">,
): Promise<Located> {
  const moved = { ...former, jobManagerUrl, gatewayUrl };
  const running = await findOwn(new JobManager(jobManagerUrl), moved);
  if (running !== undefined || former.jobManagerUrl === jobManagerUrl) return { state: moved, running };
  try {
    return { state: former, running: await findOwn(new JobManager(former.jobManagerUrl), former) };
  } catch (error) {
    if (!isAway(error)) throw error;
    // The jobs of our own clusters end with their JobManager.
    if (!isOfOurCluster(former)) await warn(mayStillRun(former, jobManagerUrl));
    return { state: moved, running: undefined };
  }
}

/**
 * Finds a job that is to be deleted. Our own JobManager may have been moved since the job was submitted; the job then
 * ended.
 *
 * @param former as it was last submitted
 * @throws FlinkUnreachable if the JobManager does not answer and the job may be active
 */
export async function findForDeletion(former: SqlJobState): Promise<Job | undefined> {
  try {
    return await findOwn(new JobManager(former.jobManagerUrl), former);
  } catch (error) {
    const isGone = error instanceof NotFlink || codeOf(innermost(error)) === "ECONNREFUSED";
    if (isGone && isOfOurCluster(former)) return undefined;
    throw error;
  }
}

/** We know the checkpoints only of the clusters that we run. */
const isOfOurCluster = ({ checkpointDirectory }: SqlJobState) => checkpointDirectory !== undefined;

const mayStillRun = ({ job, jobId, jobManagerUrl }: SqlJobState, now: string) =>
  `job ${job} was submitted to the JobManager at ${jobManagerUrl}, which no longer answers, and does not run at ${now}: ` +
  `it is started there. If the former cluster still exists, cancel its job ${jobId}, which would write everything twice`;
