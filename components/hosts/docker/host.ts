import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { NamedEngine } from "../../../clients/docker/context.ts";
import { DockerEngine } from "../../../clients/docker/engine.ts";
import { until } from "../../../lib/until.ts";
import type { Network } from "../../contract.ts";
import { labelsOf } from "./address.ts";

/** How long `up` waits for a container that Docker has restarted, in ms. */
const RESTART_MS = 60_000;

/**
 * The Docker engine that a stack's containers run on, and the network in which they find each other by name.
 *
 * @example
 * const host = new DockerHost("docker", { engine });
 */
export class DockerHost extends pulumi.ComponentResource {
  /** Prefix of names on the engine, which other stacks and projects share. */
  readonly prefix = `streaming-${pulumi.getStack()}`;
  /** Of the engine. */
  readonly address: string;
  readonly provider: docker.Provider;
  readonly network: docker.Network;
  /** The network that clients in the containers name. */
  readonly inside: Network = { name: "the network of the stack's containers" };
  private readonly engine: DockerEngine;

  constructor(
    readonly resourceName: string,
    { engine }: { readonly engine: NamedEngine },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:Host", resourceName, {}, opts);
    const { address, certificates } = engine;
    this.address = address;
    this.engine = new DockerEngine(address);
    this.provider = new docker.Provider(
      `${resourceName}-engine`,
      { host: address, ...(address.startsWith("tcp:") && certificates && { certPath: certificates }) },
      { parent: this },
    );
    this.network = new docker.Network(
      `${resourceName}-network`,
      {
        name: this.prefix,
        driver: "bridge",
        attachable: false,
        ingress: false,
        internal: false,
        ipv6: false,
        labels: this.labels,
      },
      { parent: this, provider: this.provider },
    );
    this.registerOutputs();
  }

  /** How an operator finds what belongs to the stack: `docker ps --filter label=streaming.stack=<stack>`. */
  get labels() {
    return labelsOf(pulumi.getStack());
  }

  /**
   * Waits while Docker restarts a container, and gives up silently: what does not start is reported by what needs it.
   * Otherwise, what depends on it would use it too early: a job cannot be resumed on a JobManager that does not answer.
   */
  async restarted(container: string): Promise<void> {
    const isDone = async () => !(await asked(this.engine.isStarting(container)));
    await until(isDone, { deadline: RESTART_MS, pollMs: 250 });
  }

  /** A volume: it outlives its container, and is removed with the stack. */
  volume(name: string, alias: string, parent: pulumi.Resource): docker.Volume {
    return new docker.Volume(
      name,
      { name: `${this.prefix}-${alias}`, driver: "local", labels: this.labels },
      { parent, provider: this.provider },
    );
  }

  /**
   * An image that the engine pulls if it does not have it. It stays when the stack is destroyed: others may use it too.
   *
   * @returns the id that its name has now, so that a different image under the same name replaces the containers on it:
   * the provider remembers the one that it found when the stack was deployed
   */
  image(name: string, image: string, parent: pulumi.Resource): pulumi.Output<string> {
    const { imageId } = new docker.RemoteImage(
      name,
      { name: image, keepLocally: true, forceRemove: false },
      { parent, provider: this.provider },
    );
    return imageId.apply(async (remembered) => (await asked(this.engine.imageId(image))) ?? remembered);
  }
}

/** An answer of the engine; an error is shown without a stack trace. */
const asked = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: Error) => {
    throw new pulumi.RunError(error.message);
  });
