import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { deploy } from "../engine/engine.ts";
import { withStack } from "../engine/stack.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeStack } from "../output/summary.ts";

export async function up(name: string, { yes = false }: { yes?: boolean } = {}): Promise<void> {
  const settings = await stackSettings(await stackFile(name));
  const needs = await new StackHosts({ settings, stack: name, secret: async () => undefined }).needs();
  await withStack(
    name,
    async (stack, progress) => {
      const { changes, outputs } = await deploy(stack, progress, { yes });
      progress.close();
      console.log(`\nThe stack ${name} is up: ${changes}.\n\n${describeStack(outputs)}`);
    },
    { create: true, needs },
  );
}
