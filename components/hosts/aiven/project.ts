import * as pulumi from "@pulumi/pulumi";
import { AivenClient } from "../../../clients/aiven/client.ts";
import type { Settings } from "../../settings.ts";

/** What every service of Aiven is created with. */
interface ServiceArgs {
  readonly project: string;
  readonly cloudName: string;
  readonly plan: string;
  readonly serviceName: string;
  readonly terminationProtection: boolean;
  readonly tags: { key: string; value: string }[];
}

/** The Aiven project of a stack, and what its services there have in common. */
export class AivenProject {
  readonly name: string;
  private authority: pulumi.Output<string> | undefined;
  /** What Flink's integrations connect to Kafka and PostgreSQL as. */
  readonly adminUser = "avnadmin";

  /** @param token for Aiven's API */
  constructor(
    private readonly settings: Settings,
    private readonly token: string | undefined,
  ) {
    this.name = settings["aiven.project"];
  }

  /**
   * Certificate authority (PEM) of Kafka and PostgreSQL in the project. Asked by our own client: the provider's
   * function for it waits 10 s in every preview.
   */
  get ca(): pulumi.Output<string> {
    this.authority ??= pulumi.output(new AivenClient(this.token ?? "").authority(this.name));
    return this.authority;
  }

  /** @param kind what the service's name ends with */
  service(kind: string, plan: string): ServiceArgs {
    const { settings } = this;
    const tags = { ...settings["aiven.tags"], "managed-by": "pulumi", stack: pulumi.getStack() };
    return {
      project: this.name,
      cloudName: settings["aiven.cloud"],
      plan,
      serviceName: serviceName(settings, pulumi.getStack(), kind),
      terminationProtection: settings["aiven.protected"],
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    };
  }

  /** Part of a service's user configuration: who may reach it. */
  get ipFilter(): { ipFilterStrings?: string[] } {
    const networks = this.settings["aiven.allowedNetworks"];
    return networks.length === 0 ? {} : { ipFilterStrings: [...networks] };
  }

  /**
   * For all that holds data. Aiven's own termination protection is not enough: a destroy would delete everything
   * around the service before it is refused.
   */
  get protection(): { protect: boolean } {
    return { protect: this.settings["aiven.protected"] };
  }

  /** The user of a role in a service, another one for each generation of credentials. */
  userName(role: string): string {
    const generation = this.settings["aiven.credentials"];
    return generation === 1 ? role : `${role}-${generation}`;
  }
}

/** The name of a service that a stack creates on Aiven, e.g. `demo-kafka`. */
export function serviceName(settings: Settings, stack: string, kind: string): string {
  return `${settings["aiven.prefix"] || stack}-${kind}`;
}
