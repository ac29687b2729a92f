import { repeat } from "../../lib/until.ts";
import type { FollowOptions, Row } from "./row.ts";

const POLL_MS = 500;

/**
 * Checks for new rows every half second until the signal is aborted.
 *
 * @param read returns the newest rows, oldest first
 */
export async function followByPolling(
  read: () => Promise<readonly Row["fields"][]>,
  { fromBeginning, signal }: FollowOptions,
  onFields: (fields: Row["fields"]) => void,
): Promise<void> {
  let known = new Set<string>();
  let first = true;
  const look = async () => {
    const rows = await read();
    const keys = rows.map((fields) => JSON.stringify(fields));
    for (const [position, fields] of rows.entries()) {
      const isNew = !known.has(keys[position] ?? "") && (fromBeginning || !first);
      if (isNew && !signal.aborted) onFields(fields);
    }
    known = new Set(keys);
    first = false;
  };
  await repeat(look, { pollMs: POLL_MS, signal });
}
