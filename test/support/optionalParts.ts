import { DockerEngine } from "../../clients/docker/engine.ts";
import { DockerUnreachable } from "../../clients/docker/errors.ts";
import { engineOf } from "../../components/hosts/docker/address.ts";
import { type Browser, findBrowser } from "./browser.ts";
import { providerPlugin } from "./providerPlugin.ts";

/** The folder of a provider's plugin that can be used here, or why the tests that need it are skipped. */
export type OptionalPart = { readonly directory: string } | { readonly reason: string };

/** Parts that only some tests need and a machine may lack. */
export interface OptionalParts {
  readonly aiven: OptionalPart;
  readonly docker: OptionalPart;
  readonly browser: Browser | { readonly reason: string };
}

/** If set to anything, a missing part is a failure. */
export const REQUIRE_ALL = "STREAMING_TEST_EVERYTHING";

/**
 * Looks for the plugins (downloading missing ones), a Docker engine and a browser.
 *
 * @throws an error with everything that is missing if STREAMING_TEST_EVERYTHING is set
 */
export async function findOptionalParts(): Promise<OptionalParts> {
  const [aiven, docker] = await Promise.all([providerPlugin("aiven"), dockerWithEngine()]);
  const browser = findBrowser();
  const reasons = [aiven, docker, browser].flatMap((part) => ("reason" in part ? part.reason : []));
  if (reasons.length > 0 && process.env[REQUIRE_ALL]) {
    throw new Error(`${REQUIRE_ALL} is set, but tests would be skipped: ${reasons.join("; ")}`);
  }
  return { aiven, docker, browser };
}

/** The plugin for Docker, if there is an engine, too. */
export async function dockerWithEngine(): Promise<OptionalPart> {
  try {
    await new DockerEngine(engineOf("").address).apiVersion();
  } catch (error) {
    // Any other problem with an engine is for the tests to report.
    if (error instanceof DockerUnreachable) return { reason: error.message };
    throw error;
  }
  return providerPlugin("docker");
}
