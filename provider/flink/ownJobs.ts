import { createHash } from "node:crypto";
import type { Job, JobManager } from "../../clients/flink/jobManager.ts";

/** Whose a job is, beside what it is called: anybody may use a name. */
export interface Ownership {
  readonly job: string;
  /** An id that nobody else has; a job that was submitted with it is ours. */
  readonly owner: string;
}

const OWNER = "streaming.owner";
const STATEMENT = "streaming.statement";

/** The setting that a job is submitted with, so that it is known again, and from what statement its state is. */
export const labelling = ({ owner, statement }: { readonly owner: string; readonly statement: string }) => ({
  "pipeline.global-job-parameters": `${OWNER}:${owner},${STATEMENT}:${digest(statement)}`,
});

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Whether a job that runs was submitted with that very statement. */
export async function runsStatement(jobManager: JobManager, job: Job, statement: string): Promise<boolean> {
  return (await jobManager.labels(job.id))[STATEMENT] === digest(statement);
}

/** The jobs of a name that have not ended: those that were submitted with the owner's id, and the others'. */
export async function jobsNamed(
  jobManager: JobManager,
  { job: name, owner }: Ownership,
): Promise<{ ours: Job[]; others: Job[] }> {
  const [ours, others]: [Job[], Job[]] = [[], []];
  for (const job of await jobManager.activeJobsNamed(name)) {
    // A state that an earlier version wrote has no owner.
    const isOurs = Boolean(owner) && (await jobManager.labels(job.id))[OWNER] === owner;
    (isOurs ? ours : others).push(job);
  }
  return { ours, others };
}

/**
 * The job by its id, which jobs have had for longer than an owner, else by its name and owner; undefined where
 * neither is active.
 */
export async function findOwn(
  jobManager: JobManager,
  job: Ownership & { readonly jobId?: string },
): Promise<Job | undefined> {
  const known = job.jobId && (await jobManager.activeJob(job.jobId));
  return known || (await jobsNamed(jobManager, job)).ours[0];
}

/**
 * @param own id of a job that is ours whatever it was submitted with
 * @throws when somebody else's job has the name: two of one name would share a consumer group and transactions
 */
export async function refuseNamesake(
  jobManager: JobManager,
  ownership: Ownership,
  own?: string,
): Promise<void> {
  const { others } = await jobsNamed(jobManager, ownership);
  const namesake = others.find(({ id }) => id !== own);
  if (namesake === undefined) return;
  throw new Error(
    `a job ${ownership.job} runs already at ${jobManager.url}, and this stack did not start it (its id is ` +
      `${namesake.id}): give this stack another name, or cancel that job if nobody needs it`,
  );
}
