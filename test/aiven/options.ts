import type { ServiceType } from "./catalogue.ts";
import type { Endpoint } from "./state.ts";

/** How clients reach the real server behind the services of a type. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  /** The administrator; avnadmin by default. */
  readonly user?: string;
  readonly password?: string;
  /** PostgreSQL's database; defaultdb by default. */
  readonly dbname?: string;
  /** PostgreSQL's `sslmode`; require by default. */
  readonly sslMode?: string;
  /** Where Kafka accepts SASL; by default its `port`, which accepts certificates. */
  readonly saslPort?: number;
  /** PEM of the authority that signed the server's certificate; it is added to the project's. */
  readonly ca?: string;
  /** PEM of a Kafka user's certificate and key. */
  readonly accessCert?: string;
  readonly accessKey?: string;
}

/** The same for every user, or with the login that the server assigns to a user. */
export type Backing = Connection | ((username: string) => Connection);

/** A service that exists and is RUNNING from the start. */
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
  /** By default 0, a free port. */
  readonly port?: number;
  /** The only token accepted; test-token by default. */
  readonly token?: string;
  /** The only project; test-project by default. */
  readonly project?: string;
  /** How long a service is REBUILDING after its creation or a change of plan, in ms; 50 by default. */
  readonly rebuildMs?: number;
  /** How long each step in the life of a Flink deployment takes, in ms; 50 by default. */
  readonly deploymentMs?: number;
  /** Whether new Flink services are refused, as for accounts without access to them. */
  readonly refuseFlink?: boolean;
  /** Private networks of the project. */
  readonly vpcs?: readonly { readonly id: string; readonly cloud: string; readonly state?: string }[];
  /** Endpoints of the project, such as to Datadog. */
  readonly endpoints?: readonly Endpoint[];
  /** Ids of static IP addresses of the project. */
  readonly staticIps?: readonly string[];
  /** Which types of Kafka can be created; both by default. Accounts made after August 2026 create Standard Kafka. */
  readonly kafkaTypes?: "both" | "classic" | "standard";
  /** Services that exist from the start. */
  readonly services?: readonly ServiceSeed[];
  readonly backing?: Partial<Readonly<Record<ServiceType, Backing>>>;
  /** Called before a new user is returned, so that a real server accepts the password. */
  readonly onUserCreated?: UserHook;
  /** The same for a user's new password. */
  readonly onPasswordChanged?: UserHook;
  readonly onUserDeleted?: (type: ServiceType, username: string) => void | Promise<void>;
}

/** Every setting has its default. */
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

/** The creator of everything for which the API names one. */
export const MAKER = "stand-in@example.org";
