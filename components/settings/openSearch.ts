import { boolean, integer } from "./types.ts";

export const openSearch = {
  "openSearch.enabled": boolean({
    default: true,
    description: "Run OpenSearch; pipelines that write to it need it",
  }),
  "openSearch.port": integer({
    default: 9290,
    description: "Port of OpenSearch's REST API on this machine",
    min: 9201,
    max: 9299,
  }),
} as const;
