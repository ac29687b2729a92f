import * as log from "@pulumi/pulumi/log/index.js";
import { resetOptions } from "@pulumi/pulumi/runtime/settings.js";

/**
 * Sends the log of this process to the engine that started it.
 *
 * @param address host and port on which the engine listens, passed to the provider as an argument
 */
export function logTo(address: string): void {
  resetOptions("", "", -1, address, "", false, "");
}

/**
 * Shows a warning to the user of the engine. The text must make sense on its own, so it names its subject. Resolves
 * once the engine has received it; without an engine it goes to standard error.
 */
export function warn(text: string): Promise<void> {
  return log.warn(text);
}
