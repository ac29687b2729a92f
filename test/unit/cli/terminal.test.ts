import { describe, expect, it, onTestFinished } from "vitest";
import { outliveReaders } from "../../../cli/output/terminal.ts";

const STREAMS = [process.stdout, process.stderr];

/** Calls `outliveReaders` until the test ends. */
function outlive(): void {
  const before = STREAMS.map((stream) => stream.listeners("error"));
  outliveReaders();
  onTestFinished(() => {
    for (const [index, stream] of STREAMS.entries()) {
      for (const listener of stream.listeners("error")) {
        if (!before[index]?.includes(listener)) stream.off("error", listener as () => void);
      }
    }
  });
}

const failure = (code: string) => Object.assign(new Error(`${code}: write`), { code });

describe("a command whose output cannot be written", () => {
  it.each(["EPIPE", "EIO"])("continues if nobody reads it any more (%s)", (code) => {
    outlive();
    for (const stream of STREAMS) expect(() => stream.emit("error", failure(code))).not.toThrow();
  });

  it("fails for any other reason", () => {
    outlive();
    for (const stream of STREAMS) expect(() => stream.emit("error", failure("EINVAL"))).toThrow("EINVAL");
  });
});
