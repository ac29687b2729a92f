import type { FlinkAccess, ManagedFlink } from "../../contract.ts";

/** Flink on Aiven: Aiven's API reports on its jobs. */
export interface FlinkOnAiven extends ManagedFlink {
  readonly project: string;
  /** Ids of the applications by pipeline. */
  readonly applications: Readonly<Record<string, string>>;
}

/** Of a pipeline, or of Flink's connector to Slack. */
export const applicationName = (stack: string, job: string) => `${stack}-${job}`;

export const isOnAiven = (flink: FlinkAccess): flink is FlinkOnAiven => "applications" in flink;
