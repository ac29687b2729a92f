import type { ServiceType } from "./catalogue.ts";
import type { Endpoint } from "./state.ts";

/** How clients reach a real server that stands behind the services of a type. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  /** The administrator; avnadmin unless given. */
  readonly user?: string;
  readonly password?: string;
  /** PostgreSQL's database; defaultdb unless given. */
  readonly dbname?: string;
  /** PostgreSQL's `sslmode`; require unless given. */
  readonly sslMode?: string;
  /** Where Kafka takes SASL; its `port` unless given, which takes certificates. */
  readonly saslPort?: number;
  /** PEM of the authority that signed the server's certificate; becomes part of the project's. */
  readonly ca?: string;
  /** PEM of a Kafka user's certificate and key. */
  readonly accessCert?: string;
  readonly accessKey?: string;
}

/** The same for every user, or with the login that the server gives a user. */
export type Backing = Connection | ((username: string) => Connection);

/** A service that is there and RUNNING from the start. */
export interface ServiceSeed {
  readonly name: string;
  readonly type: ServiceType;
  readonly plan: string;
  /** The project's default cloud unless given. */
  readonly cloud?: string;
  readonly userConfig?: Readonly<Record<string, unknown>>;
  readonly tags?: Record<string, string>;
}

type UserHook = (type: ServiceType, username: string, password: string) => void | Promise<void>;

export interface StandInOptions {
  /** 0, a free one, unless given. */
  readonly port?: number;
  /** The one token accepted; test-token unless given. */
  readonly token?: string;
  /** The one project there is; test-project unless given. */
  readonly project?: string;
  /** How long a service is REBUILDING after its creation or another plan, in ms; 50 unless given. */
  readonly rebuildMs?: number;
  /** How long each step of a Flink deployment's life takes, in ms; 50 unless given. */
  readonly deploymentMs?: number;
  /** Whether new Flink services are refused, as for accounts without them. */
  readonly refuseFlink?: boolean;
  /** Private networks of the project. */
  readonly vpcs?: readonly { readonly id: string; readonly cloud: string; readonly state?: string }[];
  /** Endpoints of the project, such as to Datadog. */
  readonly endpoints?: readonly Endpoint[];
  /** Ids of static IP addresses of the project. */
  readonly staticIps?: readonly string[];
  /** Which types of Kafka can be created; both unless given. Accounts made after August 2026 create Standard Kafka. */
  readonly kafkaTypes?: "both" | "classic" | "standard";
  /** Services that are there from the start. */
  readonly services?: readonly ServiceSeed[];
  readonly backing?: Partial<Readonly<Record<ServiceType, Backing>>>;
  /** Called before a new user is answered with, so that a real server accepts the password. */
  readonly onUserCreated?: UserHook;
  /** The same for a new password of a user. */
  readonly onPasswordChanged?: UserHook;
  readonly onUserDeleted?: (type: ServiceType, username: string) => void | Promise<void>;
}

/** Everything has its default. */
export const withDefaults = (options: StandInOptions) => ({
  port: 0,
  token: "test-token",
  project: "test-project",
  rebuildMs: 50,
  deploymentMs: 50,
  refuseFlink: false,
  kafkaTypes: "both" as NonNullable<StandInOptions["kafkaTypes"]>,
  services: [],
  vpcs: [] as NonNullable<StandInOptions["vpcs"]>,
  endpoints: [] as NonNullable<StandInOptions["endpoints"]>,
  staticIps: [] as NonNullable<StandInOptions["staticIps"]>,
  backing: {},
  ...options,
});

export type Settings = ReturnType<typeof withDefaults>;

/** Who has made everything that the API names a maker of. */
export const MAKER = "stand-in@example.org";
