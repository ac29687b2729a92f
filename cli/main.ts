import { spareLoopback } from "../lib/loopback.ts";
import { commandLine } from "./commandLine.ts";
import { describeError, outliveReaders } from "./output/terminal.ts";

spareLoopback();
outliveReaders();
try {
  await commandLine().parseAsync();
} catch (error) {
  console.error(`\n${describeError(error)}`);
  process.exitCode = 1;
}
