import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const MAX_BYTES = 8_192;
const MAX_LINES = 20;

/** The size of a file in bytes; 0 if there is none. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines written to a log after `start` (bytes) or since its last rotation, indented for an error message. */
export function logTail(file: string, start = 0): string {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(start > size ? 0 : start, size - MAX_BYTES);
    const buffer = Buffer.alloc(size - from);
    readSync(descriptor, buffer, 0, buffer.length, from);
    const lines = buffer.toString("utf8").trimEnd().split("\n").slice(-MAX_LINES);
    return lines.map((line) => `    ${line}`).join("\n");
  } finally {
    closeSync(descriptor);
  }
}
