import { recent } from "../../lib/recent.ts";
import { until } from "../../lib/until.ts";
import { javaCause } from "./javaCause.ts";
import { isActive, type Job, type JobOverview, jobOf } from "./job.ts";
import { despiteOutages } from "./outage.ts";
import { ask, type RestApi } from "./restApi.ts";

const REQUEST_MS = 10_000;
const POLL_MS = 250;
const RECENT_MS = 200;
/** Flink itself gives up on a savepoint after 10 minutes, and on a task that cannot be cancelled after 3. */
const SAVEPOINT_MS = 15 * 60_000;
const CANCEL_MS = 5 * 60_000;

/** The task slots of the cluster. */
export interface Slots {
  readonly total: number;
  readonly available: number;
}

export interface Failure {
  /** The Java stack trace. */
  readonly trace: string;
  /** Epoch ms of the JobManager's clock. */
  readonly at: number;
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
  private readonly api: RestApi;

  constructor(readonly url: string) {
    this.api = { name: "the JobManager", url, timeoutMs: REQUEST_MS };
  }

  /** The job with that id, as it was a moment ago; undefined if the JobManager does not know it. */
  async recentJob(id: string): Promise<Job | undefined> {
    return (await recentJobs(this.url)).find((job) => job.id === id);
  }

  /** The job with that id, unless it has ended. */
  async activeJob(id: string): Promise<Job | undefined> {
    return (await this.activeJobs()).find((job) => job.id === id);
  }

  /** All jobs of that name that have not ended. */
  async activeJobsNamed(name: string): Promise<Job[]> {
    return (await this.activeJobs()).filter((job) => job.name === name);
  }

  /**
   * The newest state known to the JobManager from which a job, running or not, can resume: its latest checkpoint or
   * savepoint, or the one that it was restored from. If the cluster retains no checkpoints, it may be gone.
   */
  async newestState(id: string): Promise<{ path: string; isSavepoint: boolean } | undefined> {
    const checkpoints = await this.ask<{
      latest: { savepoint: Checkpoint | null; completed: Checkpoint | null; restored: Checkpoint | null };
    }>("GET", `/jobs/${id}/checkpoints`, ["latest"]);
    const { savepoint, completed, restored } = checkpoints?.latest ?? {};
    const isSavepoint = savepoint != null && savepoint.id > (completed?.id ?? 0);
    const newest = isSavepoint ? savepoint : (completed ?? restored);
    return newest ? { path: newest.external_path, isSavepoint } : undefined;
  }

  /** The pipeline.global-job-parameters that a job was submitted with. */
  async labels(id: string): Promise<Readonly<Record<string, string>>> {
    const config = await this.ask<{ "execution-config"?: { "user-config"?: Record<string, string> } }>(
      "GET",
      `/jobs/${id}/config`,
      [],
    );
    return config?.["execution-config"]?.["user-config"] ?? {};
  }

  /** The ids of a job's vertices, which identify their state in the plan. */
  async vertices(id: string): Promise<string[]> {
    const job = await this.ask<{ vertices: { id: string }[] }>("GET", `/jobs/${id}`, ["vertices"]);
    return (job?.vertices ?? []).map((vertex) => vertex.id);
  }

  async slots(): Promise<Slots> {
    const overview = known(
      await this.ask<{ "slots-total": number; "slots-available": number }>("GET", "/overview", [
        "slots-total",
        "slots-available",
      ]),
    );
    return { total: overview["slots-total"], available: overview["slots-available"] };
  }

  /** A job's failures, newest first, at most 5. */
  async failures(id: string): Promise<Failure[]> {
    const history = await this.ask<{
      exceptionHistory: { entries: { stacktrace: string; timestamp: number }[] };
    }>("GET", `/jobs/${id}/exceptions?maxExceptions=5`, ["exceptionHistory"]);
    const entries = history?.exceptionHistory.entries ?? [];
    return entries.map(({ stacktrace, timestamp }) => ({ trace: stacktrace, at: timestamp }));
  }

  /**
   * Stops a job with a savepoint. Its sources stop before the savepoint is taken.
   *
   * @returns the savepoint's path
   * @throws if a task is not running, or the savepoint fails; the job then keeps running
   */
  async stopWithSavepoint(id: string): Promise<string> {
    const stop = await this.ask<{ "request-id": string }>("POST", `/jobs/${id}/stop`, ["request-id"], {
      drain: false,
    });
    const savepoint = async () => {
      const result = await this.ask<{
        status: { id: "IN_PROGRESS" | "COMPLETED" };
        operation?: { location?: string; "failure-cause"?: { "stack-trace": string } };
      }>("GET", `/jobs/${id}/savepoints/${stop?.["request-id"]}`, ["status"]);
      if (result === undefined) throw new Error("the JobManager no longer knows the requested savepoint");
      if (result.status.id !== "COMPLETED") return undefined;
      if (result.operation?.location !== undefined) return result.operation.location;
      throw new Error(
        javaCause(result.operation?.["failure-cause"]?.["stack-trace"] ?? "no savepoint was made"),
      );
    };
    const path = await until(despiteOutages(savepoint), { deadline: SAVEPOINT_MS, pollMs: POLL_MS });
    if (path !== undefined) return path;
    throw new Error(`the savepoint of job ${id} was not complete after ${SAVEPOINT_MS / 60_000} minutes`);
  }

  /** Has a running job begin a checkpoint before the next one is due. */
  async checkpoint(id: string): Promise<void> {
    await this.ask<{ "request-id": string }>("POST", `/jobs/${id}/checkpoints`, ["request-id"], {});
  }

  /**
   * Cancels a job and waits until it has ended.
   *
   * @throws if it has not ended after 5 minutes
   */
  async cancel(id: string): Promise<void> {
    if ((await this.activeJob(id)) === undefined) return;
    await this.ask("PATCH", `/jobs/${id}?mode=cancel`, []);
    const hasEnded = async () => (await this.activeJob(id)) === undefined;
    if (await until(despiteOutages(hasEnded), { deadline: CANCEL_MS, pollMs: POLL_MS })) return;
    throw new Error(`job ${id} has not ended ${CANCEL_MS / 60_000} minutes after it was cancelled`);
  }

  private async activeJobs(): Promise<Job[]> {
    return (await this.jobs()).filter(isActive);
  }

  /** Uses the overview, because the JobManager caches its answer about a single job for 3 s. */
  async jobs(): Promise<Job[]> {
    const { jobs } = known(await this.ask<{ jobs: JobOverview[] }>("GET", "/jobs/overview", ["jobs"]));
    return jobs.map(jobOf);
  }

  /** @returns undefined if the JobManager does not know what the path refers to */
  private async ask<T extends object>(
    method: "GET" | "POST" | "PATCH",
    path: string,
    fields: readonly (keyof T & string)[],
    body?: object,
  ): Promise<T | undefined> {
    const answer = await ask<T>(this.api, method, path, fields, body);
    if (answer.ok) return answer.body;
    if (answer.status === 404) return undefined;
    throw new Error(`the JobManager answered ${answer.status}: ${javaCause(answer.errors.at(-1) ?? "")}`);
  }
}

/** An overview takes a JobManager a call per job: it must not grow with the square of the jobs that are starting. */
const recentJobs = recent(RECENT_MS, (url) => new JobManager(url).jobs());

function known<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("the JobManager does not know a path that every JobManager has");
  return answer;
}
