import type { Plan, ServiceType } from "./catalogue.ts";
import type { Application } from "./flink/application.ts";
import { ApiError } from "./http/apiError.ts";

export interface User {
  readonly username: string;
  readonly type: "primary" | "regular";
  password: string;
  /** PostgreSQL only. */
  mayReplicate: boolean;
  /** PEM; undefined if the service does not use any. */
  readonly certificate: { readonly accessCert: string; readonly accessKey: string } | undefined;
}

export interface Topic {
  readonly name: string;
  partitions: number;
  replication: number;
  /** The settings given; all others have their defaults. */
  config: Readonly<Record<string, unknown>>;
  tags: readonly { readonly key: string; readonly value?: string }[];
  description: string | undefined;
  ownerUserGroupId: string | undefined;
}

export interface Acl {
  readonly id: string;
  readonly username: string;
  readonly topic: string;
  readonly permission: string;
}

/** A destination outside the project, such as Datadog. */
export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface Integration {
  readonly id: string;
  readonly type: string;
  readonly source: Service;
  /** Undefined if the destination is outside the project. */
  readonly destination: Service | undefined;
  readonly endpoint: Endpoint | undefined;
  userConfig: Readonly<Record<string, unknown>>;
}

export interface Service {
  readonly name: string;
  readonly type: ServiceType;
  readonly createdAt: Date;
  updatedAt: Date;
  cloud: string;
  planName: string;
  plan: Plan;
  diskMb: number;
  /** Epoch ms from which it has been built for the first time. */
  readonly builtFrom: number;
  /** Epoch ms from which it is RUNNING; moves after a change of plan. */
  runningFrom: number;
  powered: boolean;
  terminationProtection: boolean;
  userConfig: Readonly<Record<string, unknown>>;
  tags: Readonly<Record<string, string>>;
  techEmails: readonly { readonly email: string }[];
  maintenance: { readonly dow: string; readonly time: string };
  projectVpcId: string | null;
  readonly users: Map<string, User>;
  readonly topics: Map<string, Topic>;
  acl: readonly Acl[];
  /** Ids of the entries for the schema registry. */
  schemaRegistryAcl: readonly string[];
  readonly applications: Map<string, Application>;
}

/** Everything that exists. All of it except integrations is part of a service and is deleted with it. */
export class State {
  readonly services = new Map<string, Service>();
  readonly integrations = new Map<string, Integration>();
  projectTags: Readonly<Record<string, string>> = {};

  /** @throws ApiError 404, with the wording that Aiven's clients recognise */
  service(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) throw new ApiError(404, `Service ${name} does not exist`);
    return service;
  }

  /** @throws ApiError 404 if it does not exist, 409 if it is not RUNNING */
  running(name: string): Service {
    const service = this.service(name);
    const state = stateOf(service);
    if (state !== "RUNNING") throw new ApiError(409, `Service ${name} is not running (it is ${state})`);
    return service;
  }

  /** @throws ApiError 400 if the service is of another type, otherwise like {@link running} */
  runningOf(type: ServiceType, name: string): Service {
    return ofType(type, this.running(name));
  }

  /**
   * A service for reading, which keeps running while it moves to another plan.
   *
   * @throws ApiError 404 if it does not exist, 400 if it is of another type, 409 before it is built
   */
  builtOf(type: ServiceType, name: string): Service {
    const service = this.service(name);
    return Date.now() < service.builtFrom ? this.runningOf(type, name) : ofType(type, service);
  }

  integrationsOf(service: Service): Integration[] {
    return [...this.integrations.values()].filter(
      ({ source, destination }) => source === service || destination === service,
    );
  }
}

export function stateOf({ powered, runningFrom }: Service): "POWEROFF" | "REBUILDING" | "RUNNING" {
  if (!powered) return "POWEROFF";
  return Date.now() < runningFrom ? "REBUILDING" : "RUNNING";
}

function ofType(type: ServiceType, service: Service): Service {
  if (service.type !== type) throw new ApiError(400, `Service ${service.name} is not of type ${type}`);
  return service;
}
