import { type Job, type JobOverview, jobOf } from "./job.ts";
import { ask, type RestApi } from "./restApi.ts";

const REQUEST_MS = 3_000;

/** A task of a job; counters since it started. Times in ms. */
export interface Vertex {
  readonly id: string;
  readonly parallelism: number;
  readonly busyMs: number;
  readonly backPressuredMs: number;
  readonly readRecords: number;
}

/** The latest completed checkpoint. Epoch ms, ms. */
export interface CompletedCheckpoint {
  readonly at: number;
  readonly durationMs: number;
}

interface VertexAnswer {
  readonly id: string;
  readonly parallelism: number;
  readonly metrics: Readonly<Record<string, number | boolean | string>>;
}

/**
 * Reads how jobs are doing from the JobManager's REST API, with few retries and short deadlines, for frequent polling.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/rest_api/
 */
export class JobObserver {
  private readonly api: RestApi;

  constructor(url: string) {
    this.api = { name: "the JobManager", url, timeoutMs: REQUEST_MS };
  }

  /** When each of the cluster's TaskManagers was last heard of, epoch ms of the JobManager's clock. */
  async heartbeats(): Promise<number[]> {
    // Despite its name, it is a point in time.
    type Answer = { taskmanagers: { timeSinceLastHeartbeat: number }[] };
    const { taskmanagers } = await this.get<Answer>("/taskmanagers", ["taskmanagers"]);
    return taskmanagers.map(({ timeSinceLastHeartbeat }) => timeSinceLastHeartbeat);
  }

  /** How often TaskManagers are sent heartbeats, in ms; undefined if it is Flink's default or not given in ms. */
  async heartbeatMs(): Promise<number | undefined> {
    const answer = await ask<{ key: string; value: string }[]>(this.api, "GET", "/jobmanager/config", []);
    const entries = answer.ok && Array.isArray(answer.body) ? answer.body : [];
    const interval = entries.find(({ key }) => key === "heartbeat.interval")?.value;
    return interval === undefined ? undefined : finite(Number(/^(\d+)( ?ms)?$/.exec(interval)?.[1]));
  }

  async jobs(): Promise<Job[]> {
    const { jobs } = await this.get<{ jobs: JobOverview[] }>("/jobs/overview", ["jobs"]);
    return jobs.map(jobOf);
  }

  /** The JobManager caches its answer for 3 s and updates the counters every 10 s. */
  async vertices(job: string): Promise<Vertex[]> {
    const { vertices } = await this.get<{ vertices: VertexAnswer[] }>(`/jobs/${job}`, ["vertices"]);
    return vertices.map(({ id, parallelism, metrics }) => ({
      id,
      parallelism,
      busyMs: number(metrics["accumulated-busy-time"]),
      backPressuredMs: number(metrics["accumulated-backpressured-time"]),
      readRecords: number(metrics["read-records"]),
    }));
  }

  async checkpoint(job: string): Promise<CompletedCheckpoint | undefined> {
    type Completed = { latest_ack_timestamp: number; end_to_end_duration: number };
    const { latest } = await this.get<{ latest: { completed: Completed | null } }>(
      `/jobs/${job}/checkpoints`,
      ["latest"],
    );
    if (latest.completed === null) return undefined;
    const { latest_ack_timestamp: at, end_to_end_duration: durationMs } = latest.completed;
    return { at, durationMs };
  }

  /** How often the job takes a checkpoint, in ms; undefined if it takes none periodically. */
  async checkpointIntervalMs(job: string): Promise<number | undefined> {
    const answer = await ask<{ interval: number }>(this.api, "GET", `/jobs/${job}/checkpoints/config`, [
      "interval",
    ]);
    // Without checkpoints, it is Java's largest number, or the request is refused.
    return answer.ok && Number.isSafeInteger(answer.body.interval) ? answer.body.interval : undefined;
  }

  /** How often the job has restarted; undefined if the JobManager does not report it. */
  async restarts(job: string): Promise<number | undefined> {
    const metrics = await this.metrics(`/jobs/${job}/metrics?get=numRestarts`);
    const value = metrics.find(({ id }) => id === "numRestarts")?.value;
    return value === undefined ? undefined : finite(Number(value));
  }

  /** The lowest watermark of a task, epoch ms; undefined if it has none. */
  async watermark(job: string, vertex: string): Promise<number | undefined> {
    const marks = await this.metrics(`/jobs/${job}/vertices/${vertex}/watermarks`);
    const known = marks
      .map(({ value }) => Number(value))
      .filter((value) => value > 0 && Number.isFinite(value));
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** The answer is a list, so there are no fields to check for. */
  private async metrics(path: string): Promise<{ id: string; value: string }[]> {
    const answer = await ask<{ id: string; value: string }[]>(this.api, "GET", path, []);
    return answer.ok && Array.isArray(answer.body) ? answer.body : [];
  }

  private async get<T extends object>(path: string, fields: readonly (keyof T & string)[]): Promise<T> {
    const answer = await ask<T>(this.api, "GET", path, fields);
    if (answer.ok) return answer.body;
    throw new Error(`the JobManager answered ${answer.status}: ${answer.errors.at(-1) ?? ""}`);
  }
}

const number = (value: unknown) => finite(Number(value)) ?? 0;

const finite = (value: number) => (Number.isFinite(value) ? value : undefined);
