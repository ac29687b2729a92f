import { UserError } from "../../lib/userError.ts";

/**
 * Runs the engine. Once the engine is gone, Pulumi's API throws outside of its promises, for example at the end of its
 * event log. Such an error ends the run like any other, instead of ending the process.
 *
 * @throws UserError with that error and what to do
 */
export async function outlived<T>(run: () => Promise<T>): Promise<T> {
  let onUncaught: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    onUncaught = (error) => {
      // While the program runs, Pulumi itself reports what it throws.
      if (process.listenerCount("uncaughtException") > 1) return;
      const reason = error instanceof Error ? error.message : String(error);
      reject(
        new UserError(
          `The Pulumi engine ended unexpectedly (${reason}). Run the command again: it continues from there.`,
        ),
      );
    };
  });
  process.on("uncaughtException", onUncaught);
  try {
    return await Promise.race([run(), failure]);
  } finally {
    process.off("uncaughtException", onUncaught);
  }
}
