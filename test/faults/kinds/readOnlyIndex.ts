import { callOpenSearch } from "../../../clients/openSearch/client.ts";
import type { Kind } from "../fault.ts";

/** OpenSearch refuses writes, as if its disk were nearly full, for longer than the sink retries (6 s). */
export const readOnlyIndex: Kind = {
  name: "read-only-index",
  next(stack) {
    const { openSearch, results } = stack.stack.outputs;
    const place = results.search;
    if (openSearch === undefined || place === undefined || !("index" in place)) return undefined;
    const block = (value: true | null) =>
      callOpenSearch(openSearch, "PUT", `/${place.index}/_settings`, {
        "index.blocks.read_only_allow_delete": value,
      });
    return {
      name: "OpenSearch read-only for 15 s",
      parts: ["openSearch-node"],
      lastsMs: 15_000,
      inject: async () => void (await block(true)),
      end: async () => void (await block(null)),
    };
  },
};
