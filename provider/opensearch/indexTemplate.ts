import {
  callOpenSearch,
  type OpenSearchConnection,
  OpenSearchUnreachable,
} from "../../clients/openSearch/client.ts";
import { warn } from "../log.ts";
import { changedKeys, type Problem, type ResourceHandler, same } from "../resource.ts";
import { foreignIndex } from "./foreignIndex.ts";
import { alignIndex, found, normalisedSettings, remove } from "./indexAdmin.ts";
import type { IndexBody, Templates } from "./indexBody.ts";

export interface IndexTemplateInputs {
  readonly connection: OpenSearchConnection;
  /** The template's name. */
  readonly template: string;
  /** The only index created from it. */
  readonly index: string;
  readonly body: IndexBody;
  /**
   * Who creates the index, such as `the stack demo`, if others have indexes too: an index without it as `_meta.madeBy`
   * in its mappings is not taken over.
   */
  readonly madeBy?: string;
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
            `"${inputs[property]}" is not a valid name in OpenSearch: 1 to ${MAX_BYTES} bytes without capital letters, spaces and ` +
            '\\ / * ? " < > | , # : are allowed, not starting with "-", "_" or "+", and not "." or ".." alone',
        }),
      ),

  async diff(state, inputs) {
    const replaces = changedKeys(["template", "index"], state, inputs);
    const changed = changedKeys(["connection", "body"], state, inputs);
    if (replaces.length + changed.length > 0) return { changed: true, replaces };
    return { changed: (await readIndex(inputs)) === undefined, replaces };
  },

  async create(inputs) {
    await refuseForeign(inputs);
    await align(inputs);
    return { id: inputs.template, state: inputs };
  },

  read: (_id, state) => readIndex(state),

  async update(_id, _state, inputs) {
    const wasThere = await align(inputs);
    if (!wasThere) {
      await warn(
        `the index ${inputs.index} was missing from OpenSearch at ${inputs.connection.url}, with its documents: ` +
          "it has been recreated, empty",
      );
    }
    return inputs;
  },

  async delete(_id, { connection, index, template }) {
    await remove(connection, `/${index}`);
    await remove(connection, `/_index_template/${template}`);
  },
};

const isLegal = (name: string) => LEGAL_NAME.test(name) && Buffer.byteLength(name) <= MAX_BYTES;

/** @throws if somebody else created the index or the template */
async function refuseForeign({ connection, template, index, madeBy }: IndexTemplateInputs): Promise<void> {
  if (madeBy === undefined) return;
  const foreign = await foreignIndex(connection, { template, index, madeBy });
  if (foreign !== undefined) throw new Error(foreign);
}

/**
 * Changes the index first: if that is impossible, the template also stays as it is.
 *
 * @returns whether the index existed
 */
async function align({ connection, template, index, body }: IndexTemplateInputs): Promise<boolean> {
  const exists = await alignIndex(connection, index, body);
  await callOpenSearch(connection, "PUT", `/_index_template/${template}`, {
    index_patterns: [index],
    template: body,
  });
  if (!exists) await callOpenSearch(connection, "PUT", `/${index}`);
  return exists;
}

async function readIndex(state: IndexTemplateInputs): Promise<IndexTemplateInputs | undefined> {
  try {
    const body = await describe(state);
    return body && { ...state, body };
  } catch (error) {
    if (!(error instanceof OpenSearchUnreachable)) throw error;
    // A server that is down still has its indexes on disk.
    return state;
  }
}

/** The template's body, as we wrote it if it is equivalent; undefined if the template or the index is gone. */
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
