import type { Command } from "commander";
import { stackFolders } from "../../components/local/services.ts";
import { readSettings } from "../../components/settings.ts";
import { destroy } from "../engine.ts";
import { withStack } from "../stackCommand.ts";
import { forgetStack } from "../workspace.ts";

export function addDestroy(program: Command): void {
  program
    .command("destroy")
    .description("take a stack down: stop what it runs, and remove its data")
    .argument("<stack>", "the stack to take down")
    .action((name: string) =>
      withStack(name, async (stack, progress) => {
        const { name: project } = await stack.workspace.projectSettings();
        const config = Object.entries(await stack.getAllConfig()).map(
          ([key, { value }]) => [key, value] as const,
        );
        const folders = stackFolders(readSettings(Object.fromEntries(config), project), name);
        const changes = await destroy(stack, progress);
        await forgetStack(stack, folders.directory);
        progress.close();
        console.log(`\nThe stack ${name} is gone: ${changes}.`);
      }),
    );
}
