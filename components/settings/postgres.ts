import { port, text } from "./types.ts";

export const postgres = {
  "postgres.port": port(25432, "Port of PostgreSQL on this machine"),
  "postgres.database": text({
    default: "",
    description:
      "Database that the tables are in: with external, one that exists; with existing, one that the stack creates, and deletes with its tables once another is named, or by default defaultdb",
    allowed: "a name of up to 63 characters without line breaks",
    pattern: /^[^\r\n\0]{0,63}$/,
  }),
  "postgres.schema": text({
    default: "",
    description:
      "Schema that the tables are in, in a PostgreSQL that was there before the stack; by default one with the stack's name",
    allowed:
      "a letter or _, then up to 62 letters, digits and _, all in lower case; not pg_ at the beginning, which PostgreSQL reserves",
    pattern: /^((?!pg_)[a-z_][a-z0-9_]{0,62})?$/,
  }),
} as const;
