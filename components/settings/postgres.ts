import { oneOf, plan, port } from "./types.ts";

export const postgres = {
  "postgres.runsOn": oneOf({
    default: "local",
    description: "Who runs PostgreSQL: local is this machine, docker a container",
    of: ["local", "docker", "aiven"],
  }),
  "postgres.port": port(25432, "Port of PostgreSQL on this machine"),
  "postgres.plan": plan("startup-4", "Plan of PostgreSQL on Aiven"),
} as const;
