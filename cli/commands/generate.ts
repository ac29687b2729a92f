import { runGenerator } from "../../apps/generator/generator.ts";
import { runMachine } from "../../apps/generator/machine.ts";
import { parseGeneratorOptions, type RawGeneratorOptions } from "../../apps/generator/options.ts";
import { UserError } from "../../lib/userError.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";

/** What to send: made-up readings, or the load of this machine. */
const SOURCES = ["generator", "machine"];

export async function generate(
  name: string,
  { from, ...raw }: RawGeneratorOptions & { readonly from: string },
): Promise<void> {
  if (!SOURCES.includes(from)) {
    throw new UserError(`--from is ${from}; allowed is ${SOURCES.join(" or ")}`);
  }
  const [needless] = Object.keys(raw);
  if (from === "machine" && needless !== undefined) {
    throw new UserError(
      `--from machine sends one reading a core a second, whose values are measured: leave --${needless} out`,
    );
  }
  const options = parseGeneratorOptions(raw);
  const outputs = await withStack(name, (stack) => readOutputs(stack));
  const run = {
    connection: outputs.generator.kafka,
    onReport: (line: string) => console.log(line),
    signal: untilInterrupted(),
  };
  if (from === "machine") return runMachine({ ...run, topic: outputs.sourceTopic });
  await runGenerator({ ...run, options: { ...options, topic: outputs.sourceTopic } });
}
