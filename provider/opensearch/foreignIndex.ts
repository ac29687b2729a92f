import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import { found } from "./indexAdmin.ts";
import type { IndexBody, Templates } from "./indexBody.ts";

/** An index of ours, and who makes it. */
export interface OwnIndex {
  readonly template: string;
  readonly index: string;
  readonly madeBy: string;
}

/**
 * What is said if somebody else has made an index, or a template, of that name. Ours say who has made them in the
 * `_meta` of their mappings: an `up` that was interrupted before it could record them finds them again by that.
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
  return `the ${kind} ${name} exists already, and this stack has not made it: set names.prefix to another prefix, or delete it`;
}

const signatureIn = (mappings: IndexBody["mappings"] | undefined): unknown =>
  (mappings?._meta as { readonly madeBy?: string } | undefined)?.madeBy;
