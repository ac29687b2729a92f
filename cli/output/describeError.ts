import { RunError } from "@pulumi/pulumi";
import { UserError } from "../../lib/userError.ts";

/** The text to print for an error: its message where that is meant for users, its stack otherwise. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isForUsers(error) ? error.message : (error.stack ?? error.message);
}

/** Pulumi has a class of its own for what users can mend; wrong settings are of it. */
const isForUsers = (error: Error): boolean => error instanceof UserError || RunError.isInstance(error);
