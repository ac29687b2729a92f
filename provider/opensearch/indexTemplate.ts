import {
  callOpenSearch,
  type OpenSearchConnection,
  OpenSearchUnreachable,
} from "../../clients/openSearch.ts";
import { changedKeys, type Problem, type ResourceHandler, same } from "../resource.ts";
import { alignIndex, found, normalisedSettings, remove } from "./indexAdmin.ts";

/** What an index is made of. */
export interface IndexBody {
  /** Settings of the index, e.g. `{ "number_of_shards": 1 }`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its fields, e.g. `{ "dynamic": "strict", "properties": { "usage": { "type": "double" } } }`. */
  readonly mappings: Readonly<Record<string, unknown>>;
}

export interface IndexTemplateInputs {
  readonly connection: OpenSearchConnection;
  /** The template's name. */
  readonly template: string;
  /** The one index that is made from it. */
  readonly index: string;
  readonly body: IndexBody;
}

// https://docs.opensearch.org/2.19/api-reference/index-apis/create-index/#index-naming-restrictions
const LEGAL_NAME = /^(?!\.{1,2}$)(?![-_+])[^A-Z\\/*?"<>|\s,#:]+$/;
const MAX_BYTES = 255;

export const indexTemplateHandler: ResourceHandler<IndexTemplateInputs, IndexTemplateInputs> = {
  check: (inputs) =>
    (["template", "index"] as const)
      .filter((property) => !isLegal(inputs[property] ?? ""))
      .map(
        (property): Problem => ({
          property,
          reason:
            `"${inputs[property]}" is not a name for OpenSearch: 1 to ${MAX_BYTES} bytes without capital letters, spaces and ` +
            '\\ / * ? " < > | , # : are allowed, not starting with "-", "_" or "+", and not "." or ".." alone',
        }),
      ),

  diff(state, inputs) {
    const replaces = changedKeys(["template", "index"], state, inputs);
    return {
      changed: replaces.length + changedKeys(["connection", "body"], state, inputs).length > 0,
      replaces,
    };
  },

  async create(inputs) {
    await align(inputs);
    return { id: inputs.template, state: inputs };
  },

  async read(_id, state) {
    try {
      const body = await describe(state);
      return body && { ...state, body };
    } catch (error) {
      if (!(error instanceof OpenSearchUnreachable)) throw error;
      // A server that is down says nothing about its indexes: they lie on its disk.
      return state;
    }
  },

  async update(_id, _state, inputs) {
    await align(inputs);
    return inputs;
  },

  async delete(_id, { connection, index, template }) {
    await remove(connection, `/${index}`);
    await remove(connection, `/_index_template/${template}`);
  },
};

const isLegal = (name: string) => LEGAL_NAME.test(name) && Buffer.byteLength(name) <= MAX_BYTES;

/** The index first: where it cannot be as asked for, the template stays with it. */
async function align({ connection, template, index, body }: IndexTemplateInputs): Promise<void> {
  const exists = await alignIndex(connection, index, body);
  await callOpenSearch(connection, "PUT", `/_index_template/${template}`, {
    index_patterns: [index],
    template: body,
  });
  if (!exists) await callOpenSearch(connection, "PUT", `/${index}`);
}

/** The template's body, in our own words where it means the same; undefined where it or the index is gone. */
async function describe({
  connection,
  template,
  index,
  body,
}: IndexTemplateInputs): Promise<IndexBody | undefined> {
  const answer = await found<Templates>(connection, `/_index_template/${template}`);
  const [actual] = answer?.index_templates ?? [];
  if (actual === undefined || (await found(connection, `/${index}`)) === undefined) return undefined;
  const { settings = {}, mappings = {} } = actual.index_template.template ?? {};
  const unchanged =
    same(normalisedSettings(settings), normalisedSettings(body.settings)) && same(mappings, body.mappings);
  return unchanged ? body : { settings, mappings };
}

interface Templates {
  readonly index_templates: readonly {
    readonly index_template: { readonly template?: Partial<IndexBody> };
  }[];
}
