import type { JobState } from "../../clients/flink/jobManager.ts";
import type { CheckpointFolder } from "./checkpoints.ts";

export interface SqlJobInputs extends CheckpointFolder {
  /** The SQL Gateway, which plans and submits. */
  readonly gatewayUrl: string;
  /** The JobManager's REST API, which knows how jobs are. */
  readonly jobManagerUrl: string;
  /** The job's name, unique in the cluster. */
  readonly job: string;
  /** An id that nobody else has. Jobs that were submitted with it are ours; others of that name are left alone. */
  readonly owner: string;
  /** CREATE TABLE statements, executed in this order. They may hold credentials: pass them as secrets. */
  readonly tables: readonly string[];
  /** One INSERT. */
  readonly statement: string;
  /** Flink settings of this job. */
  readonly settings: Record<string, string>;
  readonly parallelism: number;
  /** Opaque. When it changes the cluster was started anew, and the job may have to be, too. */
  readonly incarnation: string;
  /** Start without the former state where that does not fit, from the committed offsets. */
  readonly freshStart: boolean;
  /** The state is worth so little that it is given up, with a warning, where a changed statement does not fit it. */
  readonly disposableState?: boolean;
  /** The setting that turns `freshStart` on, for the message. */
  readonly freshStartSetting: string;
}

export interface SqlJobState extends SqlJobInputs {
  readonly jobId: string;
  readonly state: JobState | "LOST";
  /** The savepoint or checkpoint that it was started from, or "committed offsets". */
  readonly startedFrom: string;
}
