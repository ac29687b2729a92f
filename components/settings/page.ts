import { boolean, port } from "./types.ts";

/** The live page. */
export const page = {
  "page.enabled": boolean({
    default: true,
    description:
      "Serve the live page, if Kafka, PostgreSQL and Flink all run on this machine, or all in containers",
  }),
  "page.port": port(28080, "Port of the live page on this machine"),
  "page.readOnly": boolean({
    default: false,
    description: "Make the live page read-only: nothing can be changed in it",
  }),
} as const;
