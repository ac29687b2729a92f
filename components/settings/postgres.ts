import { port } from "./types.ts";

export const postgres = {
  "postgres.port": port(25432, "Port of PostgreSQL on this machine"),
} as const;
