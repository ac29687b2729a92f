import type { Command } from "commander";
import {
  parseGeneratorOptions,
  type RawGeneratorOptions,
  runGenerator,
} from "../../apps/generator/generator.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { untilInterrupted } from "../interrupt.ts";

export function addGenerate(program: Command): void {
  program
    .command("generate")
    .description("send CPU readings to a stack, beside its own generator; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to send to", "local")
    .option("--rate <number>", "readings a second, over all hosts and CPUs (default: 35)")
    .option("--hosts <names>", "host names, separated by commas (default: the tutorial's seven)")
    .option("--cpus <names>", "CPU names, separated by commas (default: cpu1 to cpu5)")
    .option("--seed <number>", "same seed, same readings (default: 1)")
    .option("--duration <time>", "how much event time to send, such as 90s, 10m or 1h")
    .option("--count <number>", "how many readings to send")
    .option("--start <time>", "event time of the first reading, ISO or epoch ms (default: now)")
    .option("--backfill <time>", "start that long ago, and send the past at once")
    .option("--labels <file>", "write the injected anomalies to this file, as JSON lines")
    .action(async ({ stack: name, ...raw }: RawGeneratorOptions & { stack: string }) => {
      const options = parseGeneratorOptions(raw);
      const outputs = await withStack(name, (stack) => readOutputs(stack));
      await runGenerator({
        connection: outputs.generator.kafka,
        options: { ...options, topic: outputs.sourceTopic },
        onReport: (line) => console.log(line),
        signal: untilInterrupted(),
      });
    });
}
