import type { Command } from "commander";
import { postgresUrl } from "../../clients/postgres.ts";
import { tokenOf } from "../aivenToken.ts";
import { readOutputs } from "../outputs.ts";
import { withStack } from "../stackCommand.ts";
import { stateResources } from "../stateResources.ts";
import { describeStatus } from "../status.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("what a stack runs, how it is, and how much has come through")
    .argument("<stack>", "the stack to look at")
    .option("--show-secrets", "print PostgreSQL's address with its password", false)
    .action((name: string, { showSecrets }: { showSecrets: boolean }) =>
      withStack(name, async (stack, progress) => {
        const outputs = await readOutputs(stack);
        const text = await describeStatus(await stateResources(stack), outputs, await tokenOf(stack));
        progress.close();
        console.log(text);
        if (showSecrets) console.log(`\n${postgresUrl(outputs.postgres)}`);
      }),
    );
}
