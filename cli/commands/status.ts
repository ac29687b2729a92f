import type { Command } from "commander";
import { postgresUrl } from "../../clients/postgres/client.ts";
import { UserError } from "../../lib/userError.ts";
import { tokenOf } from "../engine/aivenToken.ts";
import { notUp, outputsOf } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { isPlaced, stateResources } from "../engine/stateResources.ts";
import { showSections } from "../output/status/section.ts";
import { lastFailure } from "../output/status/unfinished.ts";
import { statusOf, statusOfUnfinished } from "../output/status.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description(
      "what a stack runs, how it is, and how much has come through; ends with 1 if something is wrong",
    )
    .argument("<stack>", "the stack to look at")
    .option("--show-secrets", "print PostgreSQL's address with its password", false)
    .action(async (name: string, { showSecrets }: { showSecrets: boolean }) => {
      const { sections, address } = await withStack(name, async (stack) => {
        const outputs = await outputsOf(stack);
        const resources = await stateResources(stack);
        if (outputs === undefined && !resources.some(isPlaced)) throw new UserError(notUp(name));
        if (outputs === undefined)
          return { sections: statusOfUnfinished(name, resources), address: undefined };
        const failed = await lastFailure(stack);
        const sections = statusOf(name, resources, outputs, await tokenOf(stack), failed);
        return { sections, address: postgresUrl(outputs.postgres) };
      });
      const healthy = await showSections(sections, (text) => console.log(text));
      if (showSecrets && address !== undefined) console.log(address);
      // What does not answer is not waited for.
      process.exit(healthy ? 0 : 1);
    });
}
