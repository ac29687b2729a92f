import { runGenerator } from "../../apps/generator/generator.ts";
import { parseGeneratorOptions, type RawGeneratorOptions } from "../../apps/generator/options.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";

export async function generate(name: string, raw: RawGeneratorOptions): Promise<void> {
  const options = parseGeneratorOptions(raw);
  const outputs = await withStack(name, (stack) => readOutputs(stack));
  await runGenerator({
    connection: outputs.generator.kafka,
    options: { ...options, topic: outputs.sourceTopic },
    onReport: (line) => console.log(line),
    signal: untilInterrupted(),
  });
}
