import type { OutgoingMessage } from "./publisher.ts";
import { keyOf } from "./records.ts";
import type { SeriesState } from "./series.ts";

/** What is known of the newest message. It is written before the message is posted and after. */
export type MessageRecord =
  | {
      readonly status: "sending";
      readonly message: OutgoingMessage;
      /** The channel as configured. */
      readonly channel: string;
      /** The states that hold once the message is posted. */
      readonly states: readonly SeriesState[];
      /** Messages before it. */
      readonly posted: number;
    }
  | {
      readonly status: "idle";
      readonly channel: string;
      /** The id of that channel, once known. */
      readonly channelId?: string;
      readonly posted: number;
    };

/** A record of the state topic: of a series under its key, of the newest message under {@link MESSAGE_KEY}. */
export interface SavedRecord {
  readonly key: string;
  /** Null for a series that is no longer remembered: Kafka drops its earlier records. */
  readonly value: string | null;
}

/** No series has a key without a slash. */
const MESSAGE_KEY = "message";

/** The state topic's content: the newest record of each key. */
export class SavedState {
  readonly series = new Map<string, SeriesState>();
  message: MessageRecord | undefined;

  /** Takes in a record of the state topic, which has no value for a forgotten series; what is none is passed over. */
  add(key: string | undefined, value: string | undefined): void {
    if (key !== undefined && value === undefined) this.series.delete(key);
    const parsed = parse(value);
    if (parsed === undefined) return;
    if (key === MESSAGE_KEY) this.message = parsed as MessageRecord;
    else if (key !== undefined && "candidates" in parsed) this.series.set(key, parsed as SeriesState);
  }
}

export function seriesRecord(state: SeriesState): SavedRecord {
  return { key: keyOf(state), value: JSON.stringify(state) };
}

export function forgottenRecord(key: string): SavedRecord {
  return { key, value: null };
}

export function messageRecord(message: MessageRecord): SavedRecord {
  return { key: MESSAGE_KEY, value: JSON.stringify(message) };
}

function parse(value: string | undefined): MessageRecord | SeriesState | undefined {
  try {
    const parsed: unknown = JSON.parse(value ?? "");
    return typeof parsed === "object" && parsed !== null
      ? (parsed as MessageRecord | SeriesState)
      : undefined;
  } catch {
    return undefined;
  }
}
