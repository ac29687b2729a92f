import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../lib/progress.ts";
import { javaMajor, missingForJars, missingMessage, newestJavaForSasl } from "../tools/prerequisites.mjs";
import { installJars } from "./jars.ts";
import type { Needs } from "./needs.ts";
import { installPage } from "./page.ts";
import { installPostgres } from "./postgres.ts";
import { pulumiCommand } from "./pulumi.ts";
import { SetupError } from "./setupError.ts";

/**
 * Installs the Pulumi CLI and whatever else a stack needs on this machine into the cache. If everything is there, it only
 * asks the Pulumi CLI and Java for their versions (0.2 s). Installs in parallel: the jars wait for the network, a build
 * of the CLI for the processor. Once something fails, it ends the others.
 *
 * @throws SetupError if something cannot be installed, with what to do
 */
export async function setUp(progress: Progress, needs: Needs): Promise<{ pulumi: PulumiCommand }> {
  const missing = await missingForJars(needs.jars);
  if (missing.length > 0) throw new SetupError(missingMessage(missing));
  if (needs.sasl) await requireJavaForSasl();
  const failed = new AbortController();
  const steps = [
    pulumiCommand(progress, failed.signal),
    installJars(progress, needs.jars, failed.signal),
    needs.postgres && installPostgres(progress),
    needs.page && installPage(progress),
  ] as const;
  try {
    const [pulumi] = await Promise.all(steps);
    return { pulumi };
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(steps);
    throw error;
  }
}

/** @throws SetupError if Flink on this machine could not log in to Kafka */
async function requireJavaForSasl(): Promise<void> {
  const major = (await javaMajor()) ?? newestJavaForSasl;
  if (major <= newestJavaForSasl) return;
  throw new SetupError(
    `Flink on this machine runs on Java ${major}, on which its Kafka client cannot log in with a password (SASL). ` +
      `Java ${newestJavaForSasl} is the newest that works. Set kafka.authentication to certificate, or set ` +
      `JAVA_HOME to a JDK from 17 to ${newestJavaForSasl}, such as 21. Nothing has been started.`,
  );
}
