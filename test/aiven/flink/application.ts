/** A table of an application version. */
export interface Table {
  readonly id: string;
  readonly name: string;
  readonly createTable: string;
  readonly integrationId: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

export interface Version {
  readonly id: string;
  readonly number: number;
  readonly statement: string;
  readonly sources: readonly Table[];
  readonly sinks: readonly Table[];
  readonly createdAt: Date;
}

export type DeploymentStatus =
  | "INITIALIZING"
  | "CREATED"
  | "RUNNING"
  | "CANCELLING_REQUESTED"
  | "CANCELLING"
  | "CANCELED"
  | "SAVING_AND_STOP_REQUESTED"
  | "SAVING_AND_STOP"
  | "FINISHED"
  | "FAILED"
  | "DELETE_REQUESTED"
  | "DELETING";

/** The next states of a deployment and when it reaches them, epoch ms. */
export interface Step {
  readonly at: number;
  readonly status: DeploymentStatus | "GONE";
  readonly error?: string;
  readonly savepoint?: string;
}

export interface Deployment {
  readonly id: string;
  readonly version: Version;
  readonly parallelism: number;
  readonly restartEnabled: boolean;
  readonly startingSavepoint: string | undefined;
  readonly jobId: string;
  readonly createdAt: Date;
  status: DeploymentStatus;
  steps: readonly Step[];
  error: string | undefined;
  lastSavepoint: string | undefined;
}

export interface Application {
  readonly id: string;
  name: string;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly versions: Map<string, Version>;
  readonly deployments: Map<string, Deployment>;
  /** Every savepoint that a deployment has left behind. */
  readonly savepoints: Set<string>;
  /** How many versions have been created; their numbers are not reused. */
  versionCount: number;
}
