import { Command } from "commander";
import { spareLoopback } from "../lib/loopback.ts";
import { addCost } from "./commands/cost.ts";
import { addDestroy } from "./commands/destroy.ts";
import { addGenerate } from "./commands/generate.ts";
import { addNotify } from "./commands/notify.ts";
import { addSecret } from "./commands/secret.ts";
import { addSetup } from "./commands/setup.ts";
import { addStart } from "./commands/start.ts";
import { addStatus } from "./commands/status.ts";
import { addTest } from "./commands/test.ts";
import { addUp } from "./commands/up.ts";
import { addWatch } from "./commands/watch.ts";
import { outliveReaders } from "./interrupt.ts";
import { describeError } from "./output/describeError.ts";

const program = new Command("npm run")
  .description("Streaming anomaly detection with Apache Kafka, Apache Flink SQL and PostgreSQL")
  .usage("<command> -- [options]   (npm start and npm test need no run)")
  .showHelpAfterError();

const commands = [
  addStart,
  addUp,
  addStatus,
  addCost,
  addWatch,
  addGenerate,
  addNotify,
  addSecret,
  addDestroy,
  addSetup,
  addTest,
];
for (const add of commands) add(program);

spareLoopback();
outliveReaders();
try {
  await program.parseAsync();
} catch (error) {
  console.error(`\n${describeError(error)}`);
  process.exitCode = 1;
}
