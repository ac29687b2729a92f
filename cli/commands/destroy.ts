import type { Command } from "commander";
import { stackFolders } from "../../components/hosts.ts";
import { destroy } from "../engine.ts";
import { withStack } from "../stackCommand.ts";
import { stackSettings } from "../stackSettings.ts";
import { forgetStack } from "../workspace.ts";

export function addDestroy(program: Command): void {
  program
    .command("destroy")
    .description("take a stack down: stop what it runs, and remove its data")
    .argument("<stack>", "the stack to take down")
    .action((name: string) =>
      withStack(name, async (stack, progress) => {
        const folders = stackFolders(await stackSettings(stack), name);
        const changes = await destroy(stack, progress);
        await forgetStack(stack, folders.directory);
        progress.close();
        console.log(`\nThe stack ${name} is gone: ${changes}.`);
      }),
    );
}
