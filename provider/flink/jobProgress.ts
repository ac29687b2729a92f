import { javaCause } from "../../clients/flink/javaCause.ts";
import type { Job } from "../../clients/flink/job.ts";
import type { Failure, JobManager, Slots } from "../../clients/flink/jobManager.ts";
import { despiteOutages } from "../../clients/flink/outage.ts";
import { until } from "../../lib/until.ts";
import { UserError } from "../../lib/userError.ts";
import { engineGone } from "../engineWatch.ts";
import { serviceProblem } from "./serviceProblem.ts";
import { stateProblem } from "./stateProblem.ts";

/** A job that fails this often at startup does not recover by itself; nor does one that keeps failing as before. */
const FAILURES = 3;
const FAILURES_AS_BEFORE = 2;
/** After this time, one failure is enough, unless the job is running again. */
const FAILED_MS = 60_000;
/** A job that keeps failing does so more often than this. The clocks of Flink and of this machine may differ by less. */
const RECENT_MS = 60_000;

/** How long a job may take, in ms. */
export interface Patience {
  /**
   * How long every task must run: a job that cannot work often runs briefly before it fails, for example if its topic is
   * missing, and again after each restart.
   */
  readonly settled: number;
  /** The same for a job that has failed. */
  readonly recovered: number;
  /** How long it may make no progress while there is no free slot. */
  readonly withoutSlot: number;
  /** How long it may make no progress otherwise. */
  readonly withoutProgress: number;
  readonly inAll: number;
  /** How often it is checked. */
  readonly poll: number;
}

const RECOVERED_MS = 5_000;

/** On a busy machine, a task may take minutes to open its connections and load its state. */
const PATIENCE: Patience = {
  settled: 1_000,
  recovered: RECOVERED_MS,
  withoutSlot: 60_000,
  withoutProgress: 180_000,
  inAll: 600_000,
  poll: 250,
};

/** For a job that replaces one that kept failing: it may fail as well, while its predecessor's state can still be restored. */
export const AFTER_FAILURES: Patience = { ...PATIENCE, settled: RECOVERED_MS };

/**
 * Waits until every task of a job is running, as long as there is progress. A job that has failed is watched for
 * longer.
 *
 * @param tables its CREATE TABLE statements
 * @param former earlier failures, newest first; they do not count, because their cause may be gone
 * @throws StartFailed with the root cause if the job fails, keeps failing, or makes no progress
 */
export async function untilRunning(
  jobManager: Pick<JobManager, "recentJob" | "failures" | "slots">,
  jobId: string,
  tables: readonly string[],
  former: readonly Failure[] = [],
  patience: Patience = PATIENCE,
): Promise<void> {
  const begun = performance.now();
  const formerAt = former[0]?.at ?? 0;
  let seen = "";
  let progressAt = begun;
  let run: { readonly changedAt: number; readonly since: number } | undefined;
  let hasFailed = formerAt > Date.now() - RECENT_MS;
  const hasSettled = async () => {
    const job = await jobManager.recentJob(jobId);
    const runs = job?.state === "RUNNING" && job.allTasksRunning;
    // It may have failed and be running again since the last look.
    const runsOn = runs && run !== undefined && run.changedAt === job.changedAt;
    hasFailed ||= job?.state === "RESTARTING" || (run !== undefined && !runsOn);
    if (!runsOn) run = runs ? { changedAt: job.changedAt, since: performance.now() } : undefined;
    const enough = hasFailed ? patience.recovered : patience.settled;
    if (run !== undefined && performance.now() - run.since >= enough) return true;

    const failures = (await jobManager.failures(jobId)).filter(({ at }) => at > formerAt);
    hasFailed ||= failures.length > 0;
    const mayLackSlots = job === undefined || waiting(job) > 0;
    const slots = mayLackSlots ? await jobManager.slots() : undefined;
    const now = JSON.stringify([job?.state, job?.tasks, failures.length, slots]);
    if (now !== seen) [seen, progressAt] = [now, performance.now()];
    const stillFor = performance.now() - progressAt;
    const limit =
      job === undefined || slots?.available === 0 ? patience.withoutSlot : patience.withoutProgress;
    const waited = performance.now() - begun;
    if (job?.state === "CANCELED" || job?.state === "FINISHED")
      throw new StartFailed(endedMeanwhile(job), undefined, jobId);
    const own = failures.filter((failure) => !isOfCluster(failure));
    const failed =
      job?.state === "FAILED" ||
      hasFailedEnough(own, former[0]) ||
      (!runs && own.length > 0 && waited > FAILED_MS);
    if (failed || (!runs && stillFor > limit) || waited > patience.inAll) {
      const newest = failures[0] ?? (job?.state === "RUNNING" ? undefined : former[0]);
      const why = newest
        ? causeOf(newest, tables)
        : standstill(job, slots ?? (await jobManager.slots()), Math.round(waited / 1_000));
      throw new StartFailed(`job ${job?.name ?? jobId} does not run: ${why}`, newest?.trace, jobId);
    }
    return false;
  };
  // `hasSettled` gives up by itself, depending on the job's progress.
  await until(despiteOutages(hasSettled), {
    deadline: Number.POSITIVE_INFINITY,
    pollMs: patience.poll,
    signal: engineGone,
  });
}

function hasFailedEnough(failures: readonly Failure[], former: Failure | undefined): boolean {
  if (failures.length >= FAILURES) return true;
  const asBefore = failures.filter(
    ({ trace }) => former !== undefined && javaCause(trace) === javaCause(former.trace),
  );
  return asBefore.length >= FAILURES_AS_BEFORE;
}

/** Until Flink notices that a TaskManager is dead, or while one is too busy, it tries in vain to start tasks there. */
const isOfCluster = ({ trace }: Failure) => javaCause(trace).startsWith("AskTimeoutException");

const causeOf = ({ trace }: Failure, tables: readonly string[]) =>
  serviceProblem(trace, tables) ?? stateProblem(trace) ?? javaCause(trace);

const endedMeanwhile = ({ name, state }: Job) =>
  `job ${name} does not run: it ${state === "CANCELED" ? "was cancelled" : "ended"} while \`up\` waited for it to start: ` +
  "call `up` again";

/** The number of tasks that have no slot yet. */
const waiting = ({ tasks }: Job) => (tasks.created ?? 0) + (tasks.scheduled ?? 0);

/** Explains why a job is neither running nor failed. */
function standstill(job: Job | undefined, { total, available }: Slots, seconds: number): string {
  if (job === undefined)
    return "the JobManager does not know the job; the JobManager may have been restarted";
  const inStates = Object.entries(job.tasks).filter(([state, count]) => state !== "total" && count > 0);
  const tasks = inStates.map(([state, count]) => `${count} ${state.toUpperCase()}`).join(", ");
  const been = `after ${seconds} s it is ${job.state}${tasks && `, its tasks are ${tasks}`}`;
  if (waiting(job) === 0 || available > 0) {
    return (
      `${been}, and ${available} of ${total} task slots are free: the machine may be too busy, or a service ` +
      "that the tasks connect to may not answer; Flink's web UI shows what they are doing"
    );
  }
  if (total === 0)
    return `${been}, and no TaskManager has registered: check that one runs and can reach the JobManager`;
  return `${been}, and none of the ${total} task slots is free: give Flink more task slots, or run fewer jobs`;
}

/** The job was rejected, or it was submitted but does not run. */
export class StartFailed extends UserError {
  /**
   * @param trace the Java stack trace, or the source of the message
   * @param jobId the job's id, if it was submitted
   * @param savepoint what replaces the state that it was to start from, which is gone; it also holds state to be dropped
   */
  constructor(
    message: string,
    readonly trace = message,
    readonly jobId?: string,
    readonly savepoint?: string,
  ) {
    super(message);
  }
}
