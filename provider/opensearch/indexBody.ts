/** The definition of an index. */
export interface IndexBody {
  /** Settings of the index, e.g. `{ "number_of_shards": 1 }`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its fields, e.g. `{ "dynamic": "strict", "properties": { "usage": { "type": "double" } } }`. */
  readonly mappings: Readonly<Record<string, unknown>>;
}

/** OpenSearch's answer to GET /_index_template/<name>. */
export interface Templates {
  readonly index_templates: readonly {
    readonly index_template: { readonly template?: Partial<IndexBody> };
  }[];
}
