import * as pulumi from "@pulumi/pulumi";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { SettingsError } from "../settings/settingsError.ts";

/**
 * Waits until all services have answered, so that one run names everything that is in the way.
 *
 * @param asked the problems that each service finds
 * @throws SettingsError with every problem, pulumi.RunError if the only one is that services do not answer
 */
export async function refuseProblems(
  asked: readonly (Promise<readonly string[]> | undefined)[],
): Promise<void> {
  const answers = await Promise.allSettled(asked);
  const problems = answers.flatMap((answer) => (answer.status === "fulfilled" ? (answer.value ?? []) : []));
  const errors = answers.flatMap((answer) =>
    answer.status === "rejected" ? [userError(answer.reason)] : [],
  );
  const messages = [...problems, ...errors.map(({ message }) => message)];
  if (messages.length === 0) return;
  const areAway = problems.length === 0 && errors.every((error) => error instanceof ServiceUnreachable);
  throw areAway ? new pulumi.RunError(messages.join("\n")) : new SettingsError(messages);
}

/** @throws if the user cannot do anything about the error */
function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}
