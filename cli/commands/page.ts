import { parsePageOptions } from "../../apps/page/options.ts";
import { runPage } from "../../apps/page/page.ts";
import type { AppConfig } from "../../components/contract.ts";
import { UserError } from "../../lib/userError.ts";
import { NOTHING } from "../../setup/needs.ts";
import { pageDirectory } from "../../setup/page.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";
import { untilInterrupted } from "../output/terminal.ts";

/** @param options `port` is the text of the command line */
export async function page({ stack: name, port }: { stack: string; port?: string }): Promise<void> {
  const { page: config } = await withStack(name, (stack) => readOutputs(stack), {
    needs: { ...NOTHING, page: true },
  });
  if (config === undefined) {
    throw new UserError(
      `The stack ${name} was deployed by a version without a page: npm run up -- ${name} first.`,
    );
  }
  await runPage({
    connection: config.kafka,
    options: optionsOf(config, port),
    onReport: (line) => console.log(line),
    signal: untilInterrupted(),
  });
}

function optionsOf({ options }: AppConfig, port: string | undefined) {
  const own = port === undefined ? {} : { port: Number(port) };
  return parsePageOptions({ ...options, ...own, webDirectory: pageDirectory() });
}
