import { flag, integer, list, mapOf, matching, type ObjectSchema, object, text } from "../http/schema.ts";

type Config = Record<string, unknown>;

interface Changes {
  readonly cloud?: string | null;
  readonly plan?: string | null;
  readonly project_vpc_id?: string | null;
  readonly termination_protection?: boolean | null;
  readonly disk_space_mb?: number | null;
  readonly maintenance?: { readonly dow?: string; readonly time?: string } | null;
  readonly tech_emails?: readonly { readonly email: string }[] | null;
  readonly user_config?: Config | null;
}

export interface NewService extends Changes {
  readonly service_name: string;
  readonly service_type: string;
  readonly plan: string;
  readonly service_integrations?: readonly unknown[] | null;
  readonly static_ips?: readonly unknown[] | null;
  readonly tags?: Record<string, string> | null;
}

export interface ChangedService extends Changes {
  readonly powered?: boolean | null;
}

const CHANGES = {
  cloud: text,
  plan: text,
  project_vpc_id: text,
  termination_protection: flag,
  disk_space_mb: integer(0),
  maintenance: object({ dow: text, time: matching(/^\d\d:\d\d:\d\d$/) }),
  tech_emails: list(object({ email: text }, "email")),
  user_config: mapOf({ type: "any" }),
};
export const NEW: ObjectSchema = object(
  {
    ...CHANGES,
    service_name: text,
    service_type: text,
    service_integrations: list({ type: "any" }),
    static_ips: list({ type: "any" }),
    tags: mapOf(text),
  },
  "service_name",
  "service_type",
  "plan",
);
export const CHANGED = object({ ...CHANGES, powered: flag });
