import { callOpenSearch, type OpenSearchConnection } from "../../clients/openSearch/client.ts";
import { foreignIndex } from "../../provider/opensearch/foreignIndex.ts";

/** Answer to GET /. */
interface Root {
  readonly version?: { readonly number?: string; readonly distribution?: string };
}

/**
 * Why an OpenSearch cannot take the stack's index, one sentence per problem.
 *
 * @throws OpenSearchRefusal, OpenSearchUntrusted if it does not let us in, OpenSearchUnreachable if it does not answer
 */
export async function openSearchProblems(
  connection: OpenSearchConnection,
  indexes: readonly string[],
  madeBy: string,
): Promise<string[]> {
  const { version } = await callOpenSearch<Root>(connection, "GET", "/");
  const server = `OpenSearch at ${connection.url}`;
  // Flink's connector is made for OpenSearch 2.
  if (version?.distribution !== "opensearch" || !version.number?.startsWith("2.")) {
    const found = `${version?.distribution ?? "another product"} ${version?.number ?? ""}`.trim();
    return [`${server} is ${found}, and the stack needs OpenSearch 2`];
  }
  const foreign = await Promise.all(
    indexes.map((index) => foreignIndex(connection, { template: index, index, madeBy })),
  );
  return foreign.flatMap((problem) => (problem === undefined ? [] : [`${problem} (${server})`]));
}
