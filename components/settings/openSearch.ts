import { boolean, port } from "./types.ts";

export const openSearch = {
  "openSearch.enabled": boolean({
    default: true,
    description: "Run OpenSearch; pipelines that write to it need it",
  }),
  "openSearch.port": port(
    9290,
    "Port of OpenSearch's REST API on this machine; from 9201 to 9299 if it runs on local",
  ),
} as const;
