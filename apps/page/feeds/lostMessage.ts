import type { KafkaMessage } from "kafkajs";
import { printable } from "../../../lib/printable.ts";
import type { Lost } from "../model/quarantine.ts";

const SHOWN_BYTES = 160;
const SHOWN_REASON = 200;

/** What the page shows of a quarantined message: whatever its bytes are, the browser gets short text. */
export function lostOf({ value, headers = {}, timestamp }: KafkaMessage): Lost {
  const bytes = value ?? Buffer.alloc(0);
  const shown = bytes.subarray(0, SHOWN_BYTES);
  const header = (name: string) => (headers[name] === undefined ? "" : String(headers[name]));
  return {
    at: Number(timestamp),
    reason: printable(header("reason")).slice(0, SHOWN_REASON) || "not known",
    text: printable(shown.toString("utf8")),
    hex: shown.toString("hex").replaceAll(/(..)(?=.)/g, "$1 "),
    bytes: bytes.length,
    partition: header("partition"),
    offset: header("offset"),
  };
}
