import "../lib/latePulumi.ts";
import { spareLoopback } from "../lib/loopback.ts";
import { UsageError } from "../lib/userError.ts";
import { commandLine } from "./commandLine.ts";
import { describeError, outliveReaders } from "./output/terminal.ts";

spareLoopback();
outliveReaders();
try {
  await commandLine().parseAsync();
} catch (error) {
  console.error(`\n${describeError(error)}`);
  // docs/commands.md lists the exit codes.
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
