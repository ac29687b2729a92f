import { runGenerator } from "../../apps/generator/generator.ts";
import { runMachine } from "../../apps/generator/machine.ts";
import { parseGeneratorOptions, type RawGeneratorOptions } from "../../apps/generator/options.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { tutorialFormat, unlikeTutorial } from "../../components/source/sourceFormat.ts";
import { givenPath } from "../../lib/givenPath.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import { readOutputs, type StackOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";
import { untilInterrupted } from "../output/terminal.ts";

/** What to send: made-up readings, or the load of this machine. */
const SOURCES = ["generator", "machine"];

export async function generate(
  name: string,
  { from, ...raw }: RawGeneratorOptions & { readonly from: string },
): Promise<void> {
  if (!SOURCES.includes(from)) {
    throw new UsageError(`--from is ${from}; allowed is ${SOURCES.join(" or ")}`);
  }
  const [needless] = Object.keys(raw);
  if (from === "machine" && needless !== undefined) {
    throw new UsageError(
      `--from machine sends one measured reading per core and second: leave --${needless} out`,
    );
  }
  const { labels, ...others } = parseGeneratorOptions(raw);
  const options = { ...others, ...(labels !== undefined && { labels: givenPath(labels) }) };
  const outputs = await withStack(name, (stack) => readOutputs(stack));
  const run = {
    connection: connectionFor(name, outputs),
    onReport: (line: string) => console.log(line),
    signal: untilInterrupted(),
  };
  if (from === "machine") return runMachine({ ...run, topic: outputs.sourceTopic });
  await runGenerator({ ...run, options: { ...options, topic: outputs.sourceTopic } });
}

/** @throws UserError if the stack could not read what is sent, or if others write its topic */
export function connectionFor(
  name: string,
  {
    generator,
    sourceTopic,
    sourceFormat = tutorialFormat,
  }: Pick<StackOutputs, "generator" | "sourceTopic" | "sourceFormat">,
): KafkaConnection {
  if (generator === undefined) {
    throw new UserError(
      `The stack ${name} reads the topic ${sourceTopic}, which others write (source.existing), and readings from here do not belong among theirs. Send them to a stack without source.existing.`,
    );
  }
  const [first] = unlikeTutorial(sourceFormat);
  if (first === undefined) return generator.kafka;
  throw new UserError(
    `The stack ${name} reads other messages than the tutorial's, which are sent from here (${first} is ${sourceFormat[first]}). Send them to a stack without such settings.`,
  );
}
