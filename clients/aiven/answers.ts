// The parts of Aiven's API responses that are used here: https://api.aiven.io/doc/

export interface RawPlan {
  readonly service_plan: string;
  readonly node_count?: number;
  readonly disk_space_mb?: number;
  readonly disk_space_step_mb?: number;
  readonly disk_space_cap_mb?: number;
  readonly regions?: Readonly<Record<string, unknown>>;
}

export interface RawPrice {
  readonly base_price_usd: string;
  readonly extra_disk_price_per_gb_usd?: string;
}

export interface RawEndpoint {
  readonly endpoint_id: string;
  readonly endpoint_name: string;
  readonly endpoint_type: string;
}

export interface RawIntegration {
  readonly integration_type: string;
  readonly source_service: string;
  readonly dest_service?: string | null;
}

export interface RawVpc {
  readonly project_vpc_id: string;
  readonly cloud_name: string;
  readonly state: string;
}

export interface RawOffering {
  readonly offering_name: string;
  readonly compute_tier: number;
  readonly max_ingress_mbps: number;
  readonly available_clouds?: readonly string[];
}

export interface RawRates {
  readonly offering_name: string;
  readonly cloud_name: string;
  readonly compute_fee: string;
  readonly storage_hourly_price_per_gb_usd: string;
  readonly classic_ingress_hourly_price_per_gb_usd: string;
  readonly classic_egress_hourly_price_per_gb_usd: string;
}

export interface RawService {
  readonly service_name: string;
  readonly service_type: string;
  readonly state: string;
  readonly plan: string;
  readonly cloud_name: string;
  readonly node_count: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly user_config?: Readonly<Record<string, unknown>>;
}

export interface RawAddress {
  readonly service_uri_params?: Readonly<Record<"host" | "port" | "user" | "password", string>>;
  readonly components?: readonly {
    readonly component: string;
    readonly host: string;
    readonly port: number;
    readonly route: string;
    readonly kafka_authentication_method?: string;
  }[];
  readonly users?: readonly { readonly username: string }[];
  readonly databases?: readonly string[];
}

export interface RawDeployment {
  readonly id: string;
  readonly status: string;
  readonly error_msg?: string | null;
  readonly last_savepoint?: string | null;
  readonly created_at: string;
}
