import type { Command } from "commander";
import { needsOf } from "../../components/hosts/local/needs.ts";
import { up } from "../engine/engine.ts";
import { withStack } from "../engine/stackCommand.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeStack } from "../output/summary.ts";

export function addUp(program: Command): void {
  program
    .command("up")
    .description("stand a stack up, or bring it to its settings")
    .argument("<stack>", "a stack: local, or any other that has a Pulumi.<stack>.yaml")
    .action(async (name: string) => {
      const needs = needsOf(await stackSettings(await stackFile(name)));
      await withStack(
        name,
        async (stack, progress) => {
          const { changes, outputs } = await up(stack, progress);
          progress.close();
          console.log(`\nThe stack ${name} is up: ${changes}.\n\n${describeStack(outputs)}`);
        },
        { create: true, needs },
      );
    });
}
