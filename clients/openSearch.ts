/** How to reach an OpenSearch cluster. */
export interface OpenSearchConnection {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
}

export async function newestDocuments(
  _connection: OpenSearchConnection,
  _index: string,
  _count: number,
): Promise<Record<string, unknown>[]> {
  return [];
}

export async function countDocuments(_connection: OpenSearchConnection, _index: string): Promise<number> {
  return 0;
}
