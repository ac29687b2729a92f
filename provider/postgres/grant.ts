import type { PostgresConnection } from "../../clients/postgres.ts";

export interface GrantInputs {
  readonly connection: PostgresConnection;
  readonly table: string;
  readonly role: string;
  readonly privileges: readonly ("SELECT" | "INSERT" | "UPDATE" | "DELETE")[];
}
