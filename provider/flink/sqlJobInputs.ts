import type { JobState } from "../../clients/flink/job.ts";
import type { CheckpointFolder } from "./checkpoints.ts";

export interface SqlJobInputs extends CheckpointFolder {
  /** The SQL Gateway, which plans and submits. */
  readonly gatewayUrl: string;
  /** The JobManager's REST API, which reports the state of jobs. */
  readonly jobManagerUrl: string;
  /** The job's name, unique in the cluster. */
  readonly job: string;
  /** A unique id. Jobs submitted with it are ours; others with the same name are left alone. */
  readonly owner: string;
  /** CREATE TABLE statements, executed in this order. They may contain credentials: pass them as secrets. */
  readonly tables: readonly string[];
  /** One INSERT. */
  readonly statement: string;
  /** Flink settings of this job. */
  readonly settings: Record<string, string>;
  readonly parallelism: number;
  /** Opaque. A change means that the cluster was restarted; the job may then have to be restarted, too. */
  readonly incarnation: string;
  /** Start without the previous state if it does not fit, from the committed offsets. */
  readonly freshStart: boolean;
  /** Discard the state with a warning if a changed statement does not fit it, because it is worth little. */
  readonly disposableState?: boolean;
  /** Start it before other new jobs, because people wait for its results. */
  readonly startsFirst?: boolean;
  /** A folder on this machine in which the job is recorded, so that it can be resumed without an `up`. */
  readonly recordDirectory?: string;
  /** The setting that turns `freshStart` on, for the message. */
  readonly freshStartSetting: string;
}

/** What a job without previous state starts from: how far its sources' consumer groups have read. */
export const COMMITTED_OFFSETS = "committed offsets";

export interface SqlJobState extends SqlJobInputs {
  readonly jobId: string;
  readonly state: JobState | "LOST";
  /** The savepoint or checkpoint that it was started from, or {@link COMMITTED_OFFSETS}. */
  readonly startedFrom: string;
}
