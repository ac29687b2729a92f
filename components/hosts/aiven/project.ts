import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenAddress } from "../../../clients/aiven/model.ts";
import type { Observer } from "./observers.ts";
import { inPulumisNotation, merged, NO_OPTIONS, secondAddress } from "./serviceOptions.ts";
import type { MaintenanceWindow } from "./settingTypes.ts";
import { ADMIN_USER, userName } from "./userNames.ts";

/** What every service of Aiven is created with. */
interface ServiceArgs {
  readonly project: string;
  readonly cloudName: string;
  readonly plan: string;
  readonly serviceName: string;
  readonly terminationProtection: boolean;
  readonly tags: { key: string; value: string }[];
  readonly projectVpcId?: string;
  readonly maintenanceWindowDow?: string;
  readonly maintenanceWindowTime?: string;
  readonly additionalDiskSpace?: string;
  readonly staticIps?: string[];
}

export interface AivenProjectArgs {
  readonly name: string;
  readonly cloud: string;
  /** Prefix of the services' names; the stack's name if empty. */
  readonly prefix: string;
  /** Whether what holds data is protected from deletion. */
  readonly protect: boolean;
  /** Networks that may reach the services; all if empty. */
  readonly allowedNetworks: readonly string[];
  /** Id of the VPC that the services run in; none if empty. */
  readonly vpc: string;
  readonly maintenance: MaintenanceWindow;
  /** Tags of the services, in addition to the stack's own. */
  readonly tags: Readonly<Record<string, string>>;
  /** Where the services send their metrics and logs. */
  readonly observers: readonly Observer[];
  /** Prefix of the names of users in existing services, such as `demo-`. */
  readonly ownPrefix: string;
  /** Generation of the users and their passwords, from 1. */
  readonly credentials: number;
  /** For Aiven's API. */
  readonly token: string | undefined;
}

/** The Aiven project of a stack, and what its services there have in common. */
export class AivenProject {
  readonly name: string;
  private authority: pulumi.Output<string> | undefined;
  private readonly addresses = new Map<string, Promise<AivenAddress>>();
  readonly adminUser = ADMIN_USER;

  constructor(private readonly args: AivenProjectArgs) {
    this.name = args.name;
  }

  /**
   * Certificate authority (PEM) of Kafka and PostgreSQL in the project. Fetched by our own client: the provider's
   * function for it waits 10 s in every preview.
   */
  get ca(): pulumi.Output<string> {
    this.authority ??= pulumi.output(new AivenClient(this.args.token ?? "").authority(this.name));
    return this.authority;
  }

  /** @param kind the end of the service's name */
  service(kind: string, plan: string, options = NO_OPTIONS): ServiceArgs {
    const { args } = this;
    const { day, time } = args.maintenance;
    const { additionalDisk, staticIps } = options;
    const tags = { ...args.tags, "managed-by": "pulumi", stack: pulumi.getStack() };
    return {
      project: this.name,
      cloudName: args.cloud,
      plan,
      serviceName: serviceName(args.prefix, pulumi.getStack(), kind),
      terminationProtection: args.protect,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      ...(args.vpc !== "" && { projectVpcId: `${this.name}/${args.vpc}` }),
      ...(day !== undefined && { maintenanceWindowDow: day }),
      ...(time !== undefined && { maintenanceWindowTime: time }),
      ...(additionalDisk > 0 && { additionalDiskSpace: `${additionalDisk}GiB` }),
      ...(staticIps.length > 0 && { staticIps: [...staticIps] }),
    };
  }

  /**
   * The settings of a service: the stack's own, and those that the user gives in addition.
   *
   * @param component Aiven's name for what clients connect to
   */
  userConfig<T extends object>(component: string, own: T, options = NO_OPTIONS): T {
    const { access, staticIps, userConfig } = options;
    const ours = {
      ...own,
      ...this.ipFilter,
      ...secondAddress(access, component),
      ...(staticIps.length > 0 && { staticIps: true }),
    };
    return merged(inPulumisNotation(userConfig), ours) as T;
  }

  /** Sends a service's metrics and logs where the settings say. */
  observe(name: string, service: pulumi.Resource & { readonly serviceName: pulumi.Output<string> }): void {
    for (const { kind, integrationType, destination } of this.args.observers) {
      new aiven.ServiceIntegration(
        `${name}-${kind}`,
        { project: this.name, integrationType, sourceServiceName: service.serviceName, ...destination },
        { parent: service, deletedWith: service },
      );
    }
  }

  /** Who may reach a service. */
  private get ipFilter(): { ipFilterStrings?: string[] } {
    const networks = this.args.allowedNetworks;
    return networks.length === 0 ? {} : { ipFilterStrings: [...networks] };
  }

  /**
   * For everything that holds data. Aiven's own termination protection is not enough: a destroy would delete everything
   * around the service before Aiven refuses it.
   */
  get protection(): { protect: boolean } {
    return { protect: this.args.protect };
  }

  /** How an existing service is reached. Fetched by our own client, like the authority. */
  addressOf(service: string): pulumi.Output<AivenAddress> {
    return pulumi.secret(pulumi.output(this.addressNow(service)));
  }

  /**
   * The user of a role in a service, a different one for each generation of credentials. In an existing service, its
   * name begins with the stack's, because others have users there.
   */
  userName(role: string, service: object): string {
    const { ownPrefix, credentials } = this.args;
    return userName("existing" in service ? ownPrefix : "", role, credentials);
  }

  private addressNow(service: string): Promise<AivenAddress> {
    const asked =
      this.addresses.get(service) ?? new AivenClient(this.args.token ?? "").address(this.name, service);
    this.addresses.set(service, asked);
    return asked;
  }
}

/** The name of a service that a stack creates on Aiven, e.g. `demo-kafka`. */
export function serviceName(prefix: string, stack: string, kind: string): string {
  return `${prefix || stack}-${kind}`;
}
