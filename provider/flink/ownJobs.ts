import { createHash } from "node:crypto";
import type { Job } from "../../clients/flink/job.ts";
import type { JobManager } from "../../clients/flink/jobManager.ts";
import { sourceTopics } from "./sourceTopics.ts";

/** A job's name and owner. The name alone is not enough, because anybody may use it. */
export interface Ownership {
  readonly job: string;
  /** A unique id; a job that was submitted with it is ours. */
  readonly owner: string;
}

const OWNER = "streaming.owner";
const STATEMENT = "streaming.statement";
const TOPICS = "streaming.topics";

interface Labelled {
  readonly owner: string;
  readonly statement: string;
  readonly tables: readonly string[];
}

/** The setting that identifies a submitted job, and the statement and the topics that its state belongs to. */
export const labelling = ({ owner, statement, tables }: Labelled) => ({
  "pipeline.global-job-parameters": [
    `${OWNER}:${owner}`,
    `${STATEMENT}:${digest(statement)}`,
    `${TOPICS}:${digest(sourceTopics(tables).join())}`,
  ].join(),
});

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Whether a running job was submitted with exactly that statement, and whether it reads exactly those topics. */
export async function purposeOf(
  jobManager: JobManager,
  job: Job,
  { statement, tables }: Pick<Labelled, "statement" | "tables">,
): Promise<{ hasStatement: boolean; hasTopics: boolean }> {
  const labels = await jobManager.labels(job.id);
  const topics = digest(sourceTopics(tables).join());
  return {
    hasStatement: labels[STATEMENT] === digest(statement),
    // Jobs that earlier versions submitted do not name their topics.
    hasTopics: (labels[TOPICS] ?? topics) === topics,
  };
}

/** The active jobs with a name: those submitted with the owner's id, and the others. */
export async function jobsNamed(
  jobManager: JobManager,
  { job: name, owner }: Ownership,
): Promise<{ ours: Job[]; others: Job[] }> {
  const [ours, others]: [Job[], Job[]] = [[], []];
  for (const job of await jobManager.activeJobsNamed(name)) {
    // States written by earlier versions have no owner.
    const isOurs = Boolean(owner) && (await jobManager.labels(job.id))[OWNER] === owner;
    (isOurs ? ours : others).push(job);
  }
  return { ours, others };
}

/**
 * Finds the job by its id, because older states have no owner, or else by its name and owner; undefined if neither is
 * active.
 */
export async function findOwn(
  jobManager: JobManager,
  job: Ownership & { readonly jobId?: string },
): Promise<Job | undefined> {
  const known = job.jobId && (await jobManager.activeJob(job.jobId));
  return known || (await jobsNamed(jobManager, job)).ours[0];
}

/**
 * @param own id of a job that is known to be ours
 * @throws if somebody else's job has the name: two jobs of the same name would share a consumer group and transactions
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
    `a job ${ownership.job} already runs at ${jobManager.url}, and this stack did not start it (its id is ` +
      `${namesake.id}): rename this stack, or cancel that job if nobody needs it`,
  );
}
