import { expect, it } from "vitest";
import { printable } from "../../../lib/printable.ts";

it.each([
  ["the escape character", "\u001b[31m"],
  ["a control sequence in one character", "\u009b31m"],
  ["DEL", "\u007f"],
  ["a line break", "\n"],
  ["a reversal of the direction of text", "\u202e"],
])("text is shown without %s", (_, unsafe) => {
  expect(printable(`a${unsafe}b`)).toBe(`a\u{fffd}${unsafe.slice(1)}b`);
});

it("text in any language stays as it is", () => {
  for (const text of ["doc-1 [x]", "дом-家-🏠", "é\u0301"]) expect(printable(text)).toBe(text);
});
