import {
  callOpenSearch,
  type Method,
  type OpenSearchConnection,
  OpenSearchRefusal,
} from "../../clients/openSearch.ts";
import type { IndexBody } from "./indexTemplate.ts";

/**
 * Brings an existing index to the settings and fields of `body`. Fields that are not in it stay as they are.
 *
 * @returns whether the index exists
 * @throws when OpenSearch cannot change the index in place, with what to do
 */
export async function alignIndex(
  connection: OpenSearchConnection,
  index: string,
  { settings, mappings }: IndexBody,
): Promise<boolean> {
  const answer = await found<Record<string, { settings: object }>>(connection, `/${index}/_settings`);
  if (answer === undefined) return false;
  const actual = normalisedSettings(answer[index]?.settings ?? {});
  const changed = Object.entries(normalisedSettings(settings)).filter(
    ([key, value]) => actual[key] !== value,
  );
  const change = async (what: "mapping" | "settings", body: unknown) => {
    try {
      await callOpenSearch(connection, "PUT", `/${index}/_${what}`, body);
    } catch (error) {
      if (!(error instanceof OpenSearchRefusal) || error.status !== 400) throw error;
      throw new Error(
        `OpenSearch cannot change the ${what} of the index ${index} in place: ${error.reason}. Take the change back; ` +
          `or delete the index, with all of its documents, by: curl -X DELETE ${connection.url}/${index} ` +
          "(the next up creates it anew); or give the changed index another name",
      );
    }
  };
  await change("mapping", mappings);
  if (changed.length > 0) await change("settings", Object.fromEntries(changed));
  return true;
}

/** Settings as OpenSearch keeps them: flat, below `index.`, every value a text. */
export function normalisedSettings(settings: object): Record<string, string> {
  const flat = (value: unknown, path: string): [string, string][] =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, item]) => flat(item, path === "" ? key : `${path}.${key}`))
      : [[path.startsWith("index.") ? path : `index.${path}`, String(value)]];
  return Object.fromEntries(flat(settings, ""));
}

/** What a GET answers, or undefined for 404. */
export function found<T>(connection: OpenSearchConnection, path: string): Promise<T | undefined> {
  return unlessMissing<T>(connection, "GET", path);
}

/** Deletes what may be gone already. */
export async function remove(connection: OpenSearchConnection, path: string): Promise<void> {
  await unlessMissing(connection, "DELETE", path);
}

async function unlessMissing<T>(
  connection: OpenSearchConnection,
  method: Method,
  path: string,
): Promise<T | undefined> {
  try {
    return await callOpenSearch<T>(connection, method, path);
  } catch (error) {
    if (error instanceof OpenSearchRefusal && error.status === 404) return undefined;
    throw error;
  }
}
