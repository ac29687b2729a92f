import { DockerEngine } from "../../../clients/docker/engine.ts";
import type { Finding } from "../../../lib/finding.ts";
import { UserError } from "../../../lib/userError.ts";
import { engineOf } from "./address.ts";

/**
 * Whether there is a Docker engine. A missing one is not a problem here: the preflight of a stack that needs it fails.
 *
 * @param host the setting docker.host
 */
export async function engineFindings(host: string): Promise<Finding[]> {
  const name = "Docker";
  try {
    const { address, namedBy } = engineOf(host);
    const version = await new DockerEngine(address).apiVersion();
    const by = namedBy === undefined ? "" : `, by ${namedBy}`;
    return [{ name, value: `API ${version} at ${address}${by}` }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ name, value: `none that answers (${error.message.split(": ")[0]})` }];
  }
}
