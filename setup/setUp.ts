import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../cli/progress.ts";
import { installJars } from "./jars.ts";
import { installPostgres } from "./postgres.ts";
import { pulumiCommand } from "./pulumi.ts";

/**
 * Puts everything into the cache that a stack on this machine needs. With all of it there, it only asks
 * the Pulumi CLI for its version (0.2 s). All at once: the jars wait for the network, a build of
 * the CLI for the processor.
 *
 * @throws SetupError when something cannot be had: what, and what to do
 */
export async function setUp(progress: Progress): Promise<{ pulumi: PulumiCommand }> {
  const [pulumi] = await Promise.all([
    pulumiCommand(progress),
    installJars(progress),
    installPostgres(progress),
  ]);
  return { pulumi };
}
