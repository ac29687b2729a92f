import {
  callOpenSearch,
  type Method,
  type OpenSearchConnection,
  OpenSearchRefusal,
} from "../../clients/openSearch/client.ts";
import { warn } from "../log.ts";
import type { IndexBody } from "./indexBody.ts";

/**
 * Gives an existing index the settings and fields of `body`. Other fields stay as they are.
 *
 * @returns whether the index exists
 * @throws if OpenSearch cannot change the index in place; the message says what to do
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
        `OpenSearch cannot change the ${what} of the index ${index} in place: ${error.reason}. Revert the change; ` +
          `or delete the index, with all of its documents, by: ${deletion(connection, index)} ` +
          "(the next up creates it again); or give the changed index another name",
      );
    }
  };
  await change("mapping", await withWholeNumbersKept(connection, index, mappings));
  if (changed.length > 0) await change("settings", Object.fromEntries(changed));
  return true;
}

/** Without a password, curl asks for it. */
export function deletion({ url, username }: OpenSearchConnection, index: string): string {
  const login = username === undefined ? "" : `-u ${username} `;
  return `curl -X DELETE ${login}${url}/${index}`;
}

const WHOLE = ["byte", "short", "integer", "long"];
const WITH_DECIMALS = ["half_float", "float", "double"];

interface Fields {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

/**
 * The mappings, but with the index's own type for fields that are integers in the index and decimals in the mappings:
 * OpenSearch cannot change them. Such a field accepts decimals, but searches see only the whole part.
 */
async function withWholeNumbersKept(
  connection: OpenSearchConnection,
  index: string,
  mappings: IndexBody["mappings"],
): Promise<object> {
  const answer = await found<Record<string, { mappings: Fields }>>(connection, `/${index}/_mapping`);
  const actual = answer?.[index]?.mappings.properties ?? {};
  const { properties = {} } = mappings as Fields;
  const kept = Object.entries(properties).filter(
    ([name, { type = "" }]) => WITH_DECIMALS.includes(type) && WHOLE.includes(actual[name]?.type ?? ""),
  );
  if (kept.length === 0) return mappings;
  for (const [name] of kept) {
    await warn(
      `the index ${index} keeps its field ${name} as ${actual[name]?.type}: documents hold decimals, but searches see ` +
        `the whole part. To change that, delete the index with all of its documents (${deletion(connection, index)}); ` +
        "the next up creates it again",
    );
  }
  return {
    ...mappings,
    properties: { ...properties, ...Object.fromEntries(kept.map(([name]) => [name, actual[name]])) },
  };
}

/** Settings in OpenSearch's own form: flat, below `index.`, every value a string. */
export function normalisedSettings(settings: object): Record<string, string> {
  const flat = (value: unknown, path: string): [string, string][] =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, item]) => flat(item, path === "" ? key : `${path}.${key}`))
      : [[path.startsWith("index.") ? path : `index.${path}`, String(value)]];
  return Object.fromEntries(flat(settings, ""));
}

/** The answer to a GET, or undefined for 404. */
export function found<T>(connection: OpenSearchConnection, path: string): Promise<T | undefined> {
  return unlessMissing<T>(connection, "GET", path);
}

/** Deletes something that may already be gone. */
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
