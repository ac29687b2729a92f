import { setTimeout as sleep } from "node:timers/promises";
import { rootCause } from "./rootCause.ts";

const REQUEST_MS = 10_000;
const POLL_MS = 250;

/** A job's state, https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/internals/job_scheduling/ */
export type JobState =
  | "INITIALIZING"
  | "CREATED"
  | "RUNNING"
  | "FAILING"
  | "FAILED"
  | "CANCELLING"
  | "CANCELED"
  | "FINISHED"
  | "RESTARTING"
  | "SUSPENDED"
  | "RECONCILING";

const ENDED: readonly JobState[] = ["FAILED", "CANCELED", "FINISHED"];

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  /** Whether each of its tasks runs; a job counts as RUNNING while its tasks still wait for a slot. */
  readonly allTasksRunning: boolean;
}

export interface Failure {
  /** The Java stack trace. */
  readonly trace: string;
  /** Epoch ms of the JobManager's clock. */
  readonly at: number;
}

interface JobOverview {
  readonly jid: string;
  readonly name: string;
  readonly state: JobState;
  readonly tasks: { readonly total: number; readonly running: number };
}

interface Checkpoint {
  readonly id: number;
  readonly external_path: string;
}

/**
 * The JobManager's REST API.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/rest_api/
 */
export class JobManager {
  constructor(private readonly url: string) {}

  /** The job with that id, or undefined where the JobManager does not know it. */
  async job(id: string): Promise<Job | undefined> {
    return (await this.jobs()).find((job) => job.id === id);
  }

  /** The job with that id, unless it has ended. */
  async activeJob(id: string): Promise<Job | undefined> {
    return (await this.activeJobs()).find((job) => job.id === id);
  }

  /** A job that has not ended, by its name. */
  async activeJobNamed(name: string): Promise<Job | undefined> {
    return (await this.activeJobsNamed(name))[0];
  }

  /** All jobs of that name that have not ended. */
  async activeJobsNamed(name: string): Promise<Job[]> {
    return (await this.activeJobs()).filter((job) => job.name === name);
  }

  /** The last savepoint of a job that the JobManager remembers, running or not, unless a checkpoint is newer. */
  async lastSavepoint(id: string): Promise<string | undefined> {
    const checkpoints = await this.request<{
      latest: { savepoint: Checkpoint | null; completed: Checkpoint | null };
    }>("GET", `/jobs/${id}/checkpoints`);
    const { savepoint, completed } = checkpoints?.latest ?? {};
    return savepoint && savepoint.id > (completed?.id ?? 0) ? savepoint.external_path : undefined;
  }

  /** A job's failures, newest first, at most 5. */
  async failures(id: string): Promise<Failure[]> {
    const history = await this.request<{
      exceptionHistory: { entries: { stacktrace: string; timestamp: number }[] };
    }>("GET", `/jobs/${id}/exceptions?maxExceptions=5`);
    const entries = history?.exceptionHistory.entries ?? [];
    return entries.map(({ stacktrace, timestamp }) => ({ trace: stacktrace, at: timestamp }));
  }

  /**
   * Stops a job with a savepoint, so that its sources have stopped before the savepoint was taken.
   *
   * @returns the savepoint's path
   * @throws when a task does not run, or the savepoint fails: then the job goes on
   */
  async stopWithSavepoint(id: string): Promise<string> {
    const stop = await this.request<{ "request-id": string }>("POST", `/jobs/${id}/stop`, { drain: false });
    for (;;) {
      const result = await this.request<{
        status: { id: "IN_PROGRESS" | "COMPLETED" };
        operation?: { location?: string; "failure-cause"?: { "stack-trace": string } };
      }>("GET", `/jobs/${id}/savepoints/${stop?.["request-id"]}`);
      if (result === undefined)
        throw new Error("the JobManager has forgotten the savepoint that was asked for");
      if (result.status.id === "COMPLETED") {
        if (result.operation?.location !== undefined) return result.operation.location;
        throw new Error(
          rootCause(result.operation?.["failure-cause"]?.["stack-trace"] ?? "no savepoint was made"),
        );
      }
      await sleep(POLL_MS);
    }
  }

  /** Cancels a job and waits until it has ended. */
  async cancel(id: string): Promise<void> {
    if ((await this.activeJob(id)) === undefined) return;
    await this.request("PATCH", `/jobs/${id}?mode=cancel`);
    while ((await this.activeJob(id)) !== undefined) await sleep(POLL_MS);
  }

  private async activeJobs(): Promise<Job[]> {
    return (await this.jobs()).filter(({ state }) => !ENDED.includes(state));
  }

  /** From the overview, since the JobManager answers questions about a single job from a cache of 3 s. */
  private async jobs(): Promise<Job[]> {
    const overview = await this.request<{ jobs: JobOverview[] }>("GET", "/jobs/overview");
    return (overview?.jobs ?? []).map(({ jid, name, state, tasks }) => ({
      id: jid,
      name,
      state,
      allTasksRunning: tasks.total > 0 && tasks.running === tasks.total,
    }));
  }

  private async request<T>(method: string, path: string, body?: object): Promise<T | undefined> {
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.timeout(REQUEST_MS),
        ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
    } catch (error) {
      throw new Unreachable(`the JobManager at ${this.url} does not answer: ${rootCause(error)}`);
    }
    if (response.status === 404) return undefined;
    const text = await response.text();
    if (!response.ok)
      throw new Error(
        `the JobManager answered ${response.status}: ${rootCause(JSON.parse(text).errors?.at(-1) ?? text)}`,
      );
    return text === "" ? undefined : (JSON.parse(text) as T);
  }
}

/** Nothing listens at the JobManager's address. */
export class Unreachable extends Error {}
