import pg from "pg";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";

/** A table's name, with its schema or without, as SQL has it. */
export const quoted = (table: string) => table.split(".").map(pg.escapeIdentifier).join(".");

/** A server, for sentences. */
export const serverAt = ({ host, port }: PostgresConnection) => `PostgreSQL at ${host}:${port}`;
