import { spareLoopback } from "../lib/loopback.ts";
import { commandLine } from "./commandLine.ts";
import { outliveReaders } from "./engine/interrupt.ts";
import { describeError } from "./output/errors.ts";

spareLoopback();
outliveReaders();
try {
  await commandLine().parseAsync();
} catch (error) {
  console.error(`\n${describeError(error)}`);
  process.exitCode = 1;
}
