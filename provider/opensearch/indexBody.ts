/** The definition of an index. */
export interface IndexBody {
  /** Settings of the index, e.g. `{ "number_of_shards": 1 }`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its fields, e.g. `{ "dynamic": "strict", "properties": { "usage": { "type": "double" } } }`. */
  readonly mappings: Readonly<Record<string, unknown>>;
}
