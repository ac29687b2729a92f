import * as log from "@pulumi/pulumi/log/index.js";
import { resetOptions } from "@pulumi/pulumi/runtime/settings.js";

/**
 * Sends what this process says to the engine that started it.
 *
 * @param address host and port at which the engine listens, its first argument to a provider
 */
export function logTo(address: string): void {
  resetOptions("", "", -1, address, "", false, "");
}

/**
 * Tells whoever runs the engine something that they should know although it is no error. The text stands alone:
 * it names what it is about. Settled once the engine has it; without an engine it goes to standard error.
 */
export function warn(text: string): Promise<void> {
  return log.warn(text);
}
