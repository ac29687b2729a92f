import { ServiceUnreachable, UserError } from "../../lib/userError.ts";

/** The text to print for an error: its message if that is meant for users, its stack otherwise. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isForUsers(error) ? error.message : (error.stack ?? error.message);
}

/** By its mark, a RunError of Pulumi is known without loading Pulumi. Wrong settings are one. */
const isForUsers = (error: Error): boolean =>
  error instanceof UserError || ("__pulumiRunError" in error && error.__pulumiRunError === true);

/**
 * Uses a stack's services.
 *
 * @throws UserError if one does not answer, with the commands that help
 */
export async function onServicesOf<T>(stack: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ServiceUnreachable)) throw error;
    throw new UserError(
      `${error.message}. npm run status -- ${stack} shows what runs; npm run up -- ${stack} starts again what has died.`,
      { cause: error },
    );
  }
}
