import { parseArgs } from "node:util";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { MUST_BE_FIXED } from "../../lib/exitCodes.ts";
import { MustBeFixed, UserError } from "../../lib/userError.ts";
import { type Config, readConfig } from "./readConfig.ts";
import type { OptionProblem } from "./readOptions.ts";

/** One run of an app. */
interface AppRun<Options> {
  readonly connection: KafkaConnection;
  readonly options: Options;
  /** Receives a line of text when something happens. */
  readonly onReport: (line: string) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

export interface App<Options> {
  run(run: AppRun<Options>): Promise<unknown>;
  /** Validates the options of the config, and fills in the defaults. */
  parse(raw: object): Options;
  /** The app's own error, also for an invalid `--config`. */
  readonly OptionsError: new (
    problems: readonly OptionProblem[],
  ) => Error;
}

/**
 * Runs an app as a program: `main.ts --config <file.json>`, where the file holds
 * {"kafka": KafkaConnection, "options": {…}}. It is a file because everyone on the machine can read a command line.
 * TERM and INT end it cleanly. The exit code is 0; after an error, which is printed, it is 78 if somebody has to fix
 * it first, and otherwise 1.
 */
export async function runApp<Options>(app: App<Options>): Promise<never> {
  const stop = new AbortController();
  // The same signal a second time has its default effect, and ends the process immediately.
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
  try {
    const { kafka, options } = configOf(app.OptionsError);
    await app.run({
      connection: kafka,
      options: app.parse(options),
      onReport: (line) => console.log(line),
      signal: stop.signal,
    });
    process.exit(0);
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(error instanceof MustBeFixed ? MUST_BE_FIXED : 1);
  }
}

function configOf(OptionsError: App<unknown>["OptionsError"]): Config {
  const { values } = parseArgs({ options: { config: { type: "string" } }, strict: false });
  const read = readConfig(typeof values.config === "string" ? values.config : undefined);
  if ("config" in read) return read.config;
  throw new OptionsError(read.problems);
}
