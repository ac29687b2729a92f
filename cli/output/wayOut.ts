import { ServiceUnreachable, UserError } from "../../lib/userError.ts";

/**
 * Uses a stack's services.
 *
 * @throws UserError where one does not answer, with the commands that help
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
