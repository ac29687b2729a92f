import type { FlinkAccess, ManagedFlink } from "../../contract.ts";

/** Flink on Aiven: Aiven's API reports on its jobs. */
export interface FlinkOnAiven extends ManagedFlink {
  readonly project: string;
  /** Ids of the applications by pipeline. */
  readonly applications: Readonly<Record<string, string>>;
}

export const isOnAiven = (flink: FlinkAccess): flink is FlinkOnAiven => "applications" in flink;
