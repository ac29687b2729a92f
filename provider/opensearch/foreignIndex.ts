import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import { found } from "./indexAdmin.ts";
import type { IndexBody, Templates } from "./indexBody.ts";

/** One of our indexes, and who creates it. */
export interface OwnIndex {
  readonly template: string;
  readonly index: string;
  readonly madeBy: string;
}

/**
 * The message if somebody else created an index or a template of that name. Ours name their creator in the `_meta` of
 * their mappings, so that they can be recognized if an `up` was interrupted before it could record them.
 *
 * @returns undefined if there is none, or it is ours
 */
export async function foreignIndex(
  connection: OpenSearchConnection,
  { template, index, madeBy }: OwnIndex,
): Promise<string | undefined> {
  const [indexes, templates] = await Promise.all([
    found<Record<string, Partial<IndexBody>>>(connection, `/${index}/_mapping`),
    found<Templates>(connection, `/_index_template/${template}`),
  ]);
  const signatures = [
    ...Object.values(indexes ?? {}).map(({ mappings }) => ["index", index, mappings] as const),
    ...(templates?.index_templates ?? []).map(
      ({ index_template }) => ["index template", template, index_template.template?.mappings] as const,
    ),
  ];
  const [foreign] = signatures.filter(([, , mappings]) => signatureIn(mappings) !== madeBy);
  if (foreign === undefined) return undefined;
  const [kind, name] = foreign;
  return `the ${kind} ${name} exists already, and was not created by this stack: set names.prefix to another prefix, or delete it`;
}

const signatureIn = (mappings: IndexBody["mappings"] | undefined): unknown =>
  (mappings?._meta as { readonly madeBy?: string } | undefined)?.madeBy;
