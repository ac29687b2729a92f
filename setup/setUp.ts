import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../cli/progress.ts";
import type { Needs } from "../components/local/needs.ts";
import { missingForJars, missingMessage } from "../tools/prerequisites.mjs";
import { installJars } from "./jars.ts";
import { installPostgres } from "./postgres.ts";
import { pulumiCommand } from "./pulumi.ts";
import { SetupError } from "./setupError.ts";

/**
 * Puts the Pulumi CLI into the cache, and what a stack needs on this machine beside it. With all of it there, it
 * only asks the Pulumi CLI and Java for their versions (0.2 s). All at once: the jars wait for the network, a build
 * of the CLI for the processor.
 *
 * @throws SetupError when something cannot be had: what, and what to do
 */
export async function setUp(progress: Progress, needs: Needs): Promise<{ pulumi: PulumiCommand }> {
  const missing = await missingForJars(needs.jars);
  if (missing.length > 0) throw new SetupError(missingMessage(missing));
  const [pulumi] = await Promise.all([
    pulumiCommand(progress),
    installJars(progress, needs.jars),
    needs.postgres && installPostgres(progress),
  ]);
  return { pulumi };
}
