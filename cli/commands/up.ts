import { needsOf } from "../../components/hosts/local/needs.ts";
import { deploy } from "../engine/engine.ts";
import { withStack } from "../engine/stack.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeStack } from "../output/summary.ts";

export async function up(name: string): Promise<void> {
  const needs = needsOf(await stackSettings(await stackFile(name)));
  await withStack(
    name,
    async (stack, progress) => {
      const { changes, outputs } = await deploy(stack, progress);
      progress.close();
      console.log(`\nThe stack ${name} is up: ${changes}.\n\n${describeStack(outputs)}`);
    },
    { create: true, needs },
  );
}
