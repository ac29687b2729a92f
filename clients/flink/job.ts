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
  /**
   * Whether every task is running, except those that have read a source to its end, such as a table that is read once; a
   * job is RUNNING even while its tasks still wait for a slot.
   */
  readonly allTasksRunning: boolean;
  /** The number of tasks in each state, e.g. `{ total: 3, running: 2, initializing: 1 }`. */
  readonly tasks: TaskCounts;
  /** When a task last changed its state, epoch ms of the JobManager's clock. */
  readonly changedAt: number;
}

export type TaskCounts = Readonly<Record<string, number>> & {
  readonly total: number;
  readonly running: number;
  readonly finished?: number;
};

/** A job as the JobManager's overview lists it. */
export interface JobOverview {
  readonly jid: string;
  readonly name: string;
  readonly state: JobState;
  readonly tasks: TaskCounts;
  readonly "last-modification": number;
}

export const jobOf = ({ jid, name, state, tasks, "last-modification": changedAt }: JobOverview): Job => ({
  id: jid,
  name,
  state,
  allTasksRunning: tasks.running > 0 && tasks.running + (tasks.finished ?? 0) === tasks.total,
  tasks,
  changedAt,
});

/** Whether a job has not ended yet. */
export const isActive = ({ state }: Pick<Job, "state">) => !ENDED.includes(state);
