import { postgresUrl } from "../../clients/postgres/client.ts";
import { isPlaced, stateResources } from "../../components/stateResources.ts";
import { UserError } from "../../lib/userError.ts";
import { notUp, outputsOf } from "../engine/outputs.ts";
import { secretOf } from "../engine/secrets.ts";
import { withStack } from "../engine/stack.ts";
import { showSections } from "../output/status/section.ts";
import { lastFailure } from "../output/status/unfinished.ts";
import { statusOf, statusOfUnfinished } from "../output/status.ts";

export async function status(name: string, { showSecrets }: { showSecrets: boolean }): Promise<void> {
  const { sections, address } = await withStack(name, async (stack) => {
    const outputs = await outputsOf(stack);
    const resources = await stateResources(stack);
    if (outputs === undefined && !resources.some(isPlaced)) throw new UserError(notUp(name));
    if (outputs === undefined) return { sections: statusOfUnfinished(name, resources), address: undefined };
    const failed = await lastFailure(stack);
    const sections = statusOf(name, resources, outputs, secretOf(stack), failed);
    return { sections, address: postgresUrl(outputs.postgres) };
  });
  const healthy = await showSections(sections, (text) => console.log(text));
  if (showSecrets && address !== undefined) console.log(address);
  // What does not answer is not waited for.
  process.exit(healthy ? 0 : 1);
}
