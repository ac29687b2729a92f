/** A plan of a service type. */
export interface AivenPlan {
  readonly name: string;
  /** Clouds that offer the plan. */
  readonly clouds: readonly string[];
  /** Undefined if Aiven does not report it. */
  readonly nodes: number | undefined;
  /** By how many GiB its disk can grow at a time; undefined if it cannot. */
  readonly diskStepGb: number | undefined;
  /** By how many GiB its disk can grow altogether. */
  readonly mostAdditionalDiskGb: number | undefined;
}

/** A destination outside the project, such as Datadog. */
export interface AivenEndpoint {
  readonly id: string;
  readonly name: string;
  /** Aiven's word for its type, e.g. datadog. */
  readonly type: string;
}

/** A private network of a project. */
export interface AivenVpc {
  readonly id: string;
  readonly cloud: string;
  /** ACTIVE once services can be in it. */
  readonly state: string;
}

/** What Standard Kafka has instead of a plan. */
export interface AivenOffering {
  readonly name: string;
  /** The smallest is 1. */
  readonly tier: number;
  /** Megabits per second. */
  readonly maxIngressMegabits: number;
  /** Clouds that have the offering. */
  readonly clouds: readonly string[];
}

/** What an offering costs in a cloud, in USD. */
export interface AivenRates {
  /** Per month. */
  readonly compute: number;
  /** Per GB and hour. */
  readonly storage: number;
  /** Per GB written to classic topics. */
  readonly ingress: number;
  /** Per GB read from classic topics. */
  readonly egress: number;
}

/** A service as it is now. */
export interface AivenService {
  readonly name: string;
  /** Aiven's word for its type: kafka, pg, opensearch, flink, … */
  readonly type: string;
  /** RUNNING, REBUILDING, REBALANCING or POWEROFF. */
  readonly state: string;
  readonly plan: string;
  readonly cloud: string;
  readonly nodes: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly userConfig: Readonly<Record<string, unknown>>;
}

/** How to reach a service. */
export interface AivenAddress {
  readonly host: string;
  readonly port: number;
  /** The administrator of the service; absent for Kafka. */
  readonly user?: string;
  readonly password?: string;
  readonly components: readonly AivenComponent[];
  /** Names of its users. */
  readonly users: readonly string[];
  /** Names of the databases of PostgreSQL. */
  readonly databases: readonly string[];
}

/** A part of a service that listens at its own address. */
export interface AivenComponent {
  /** Such as kafka, or kafka_rest. */
  readonly component: string;
  readonly host: string;
  readonly port: number;
  /** dynamic, privatelink or public. */
  readonly route: string;
  /** certificate or sasl; for Kafka. */
  readonly kafkaAuthenticationMethod?: string | undefined;
}

/** What a user of Kafka may do with topics. */
export interface AivenRule {
  /** May have wildcards, as may the topic. */
  readonly username: string;
  readonly topic: string;
  /** admin, read, readwrite or write. */
  readonly permission: string;
}

/** An application of Flink. */
export interface AivenApplication {
  readonly id: string;
  readonly name: string;
}

/** What connects two services, or a service and an endpoint. */
export interface AivenIntegration {
  /** Such as flink, metrics or logs. */
  readonly type: string;
  /** The name of a service. */
  readonly source: string;
  /** The name of a service; undefined if it leads to an endpoint. */
  readonly destination: string | undefined;
}

/** One run of a version of a Flink application. */
export interface AivenDeployment {
  readonly id: string;
  /** INITIALIZING, CREATED, RUNNING, FAILED, … */
  readonly status: string;
  /** Why it failed; empty if it did not. */
  readonly error: string;
  /** Its last savepoint, such as s3://…/savepoint-ab12; empty if it has none. */
  readonly savepoint: string;
  /** ISO 8601. */
  readonly createdAt: string;
}
