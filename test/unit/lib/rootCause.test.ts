import { describe, expect, it } from "vitest";
import { innermost, rootCause } from "../../../lib/rootCause.ts";
import { freePorts } from "../../support/ports.ts";

describe("the root cause of a failed request", () => {
  it("is the code of the error under it", async () => {
    const [port] = await freePorts(1);
    const error = await fetch(`http://127.0.0.1:${port}`).catch((reason: unknown) => reason);
    expect((error as Error).message).toBe("fetch failed");
    expect(rootCause(error)).toBe("ECONNREFUSED");
    const cause = Object.assign(new Error("connect"), { code: "ECONNRESET" });
    expect(rootCause(new TypeError("fetch failed", { cause }))).toBe("ECONNRESET");
  });

  it("is its own message if it wraps nothing", () => {
    expect(rootCause(new Error("The operation was aborted due to timeout"))).toBe(
      "The operation was aborted due to timeout",
    );
    expect(rootCause(new Error("outer", { cause: new Error("inner") }))).toBe("inner");
  });
});

describe("the innermost error", () => {
  it("is beneath every error that wraps it, and is the first of several", () => {
    const root = new Error("root");
    const wrapped = new Error("outer", { cause: new Error("middle", { cause: root }) });
    expect(innermost(wrapped)).toBe(root);
    expect(innermost(new AggregateError([wrapped, new Error("second")]))).toBe(root);
  });

  it("is the error itself if its cause is not an error, and any value that is not an error", () => {
    const error = new Error("outer", { cause: "a word" });
    expect(innermost(error)).toBe(error);
    expect(innermost("a word")).toBe("a word");
    expect(rootCause("a word")).toBe("a word");
  });
});
