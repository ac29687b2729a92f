import type { Plan, ServiceType } from "./catalogue.ts";
import type { Application } from "./flink/application.ts";
import { ApiError } from "./http/apiError.ts";

export interface User {
  readonly username: string;
  readonly type: "primary" | "regular";
  password: string;
  /** Of PostgreSQL. */
  mayReplicate: boolean;
  /** PEM; undefined where the service takes none. */
  readonly certificate: { readonly accessCert: string; readonly accessKey: string } | undefined;
}

export interface Topic {
  readonly name: string;
  partitions: number;
  replication: number;
  /** What was set; the rest has its default. */
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

/** A way out of the project, such as to Datadog. */
export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface Integration {
  readonly id: string;
  readonly type: string;
  readonly source: Service;
  /** Undefined if it leads out of the project. */
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
  /** Epoch ms from which on it is there for the first time. */
  readonly builtFrom: number;
  /** Epoch ms from which on it is RUNNING, again after another plan. */
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

/** What exists. Everything but integrations is part of a service and goes with it. */
export class State {
  readonly services = new Map<string, Service>();
  readonly integrations = new Map<string, Integration>();
  projectTags: Readonly<Record<string, string>> = {};

  /** @throws ApiError 404, with the words that Aiven's clients recognise */
  service(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) throw new ApiError(404, `Service ${name} does not exist`);
    return service;
  }

  /** @throws ApiError 404 where there is none, 409 where it is not RUNNING */
  running(name: string): Service {
    const service = this.service(name);
    const state = stateOf(service);
    if (state !== "RUNNING") throw new ApiError(409, `Service ${name} is not running (it is ${state})`);
    return service;
  }

  /** @throws ApiError 400 where the service is of another type, otherwise as {@link running} */
  runningOf(type: ServiceType, name: string): Service {
    return ofType(type, this.running(name));
  }

  /**
   * A service to read from, which keeps running while it moves to another plan.
   *
   * @throws ApiError 404 where there is none, 400 where it is of another type, 409 before it is built
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
