import { UserError } from "../../lib/userError.ts";

/** The text to print for an error: its message if that is meant for users, its stack otherwise. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isForUsers(error) ? error.message : (error.stack ?? error.message);
}

/** By its mark, a RunError of Pulumi is known without loading Pulumi. Wrong settings are one. */
const isForUsers = (error: Error): boolean =>
  error instanceof UserError || ("__pulumiRunError" in error && error.__pulumiRunError === true);
