import pg from "pg";
import type { PostgresConnection } from "./connection.ts";

/** A table's name, with or without its schema, quoted for SQL. */
export const quoted = (table: string) => table.split(".").map(pg.escapeIdentifier).join(".");

/** A server, for messages. */
export const serverAt = ({ host, port }: PostgresConnection) => `PostgreSQL at ${host}:${port}`;
