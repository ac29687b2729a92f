import { freeOfCharge } from "../freeOfCharge.ts";
import type { Host, SecretRule } from "../host.ts";
import { PRIVATE_KEY } from "./privateKey.ts";
import { loginProblems, logsInByPassword } from "./rules.ts";
import { definitions } from "./settings.ts";

const EXTERNAL = "one that you have, by its address";

/** Existing Kafka, PostgreSQL and OpenSearch, wherever they run. */
export const external: Host<typeof definitions> = {
  name: "external",
  title: "the services that you have",
  runs: {
    kafka: { external: EXTERNAL },
    postgres: { external: EXTERNAL },
    openSearch: { external: EXTERNAL },
  },
  settings: definitions,
  adopts: ["external"],
  rules: loginProblems,
  services: async (context) => (await import("./services.ts")).externalServices(context),
  preflight: async (context, known) => {
    const { checkServices } = await import("./preflight.ts");
    await checkServices(context, known);
  },
  kafkaBefore: async (context) => {
    const { connectionsOf } = await import("./connections.ts");
    return (await connectionsOf({ ...context, parts: ["kafka"] })).kafka;
  },
  prices: async ({ parts }) => freeOfCharge(parts, "exists already, outside this stack"),
  needs: async ({ settings, parts }) => ({ sasl: logsInByPassword(settings, parts) }),
  secrets: {
    "kafka.password": password("Kafka"),
    "kafka.key": {
      pattern: PRIVATE_KEY,
      problem: "That is not a private key in PEM without a password of its own.",
    },
    "postgres.password": password("PostgreSQL"),
    "openSearch.password": password("OpenSearch"),
  },
};

function password(service: string): SecretRule {
  return {
    pattern: /^[^\r\n]+$/,
    problem: `That is not a password for ${service}: it is empty or has a line break.`,
  };
}
