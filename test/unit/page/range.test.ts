import { describe, expect, it } from "vitest";
import { queryOf } from "../../../apps/page/http/query.ts";
import { cellsOf, rangeOf } from "../../../apps/page/views/cells.ts";
import { sectionsOf } from "../../../apps/page/views/sections.ts";
import { readAddress, unfoldedAfter, writeAddress } from "../../../apps/page/web/address.ts";
import { fakeWorld } from "../../support/page/fakeWorld.ts";

const NOW = Date.UTC(2026, 10, 27, 5, 0, 30);
const HOUR = 3_600_000;

describe("the range", () => {
  it("is the last hour, or the last day if only that has windows", () => {
    const after = (ms: number | undefined) =>
      rangeOf({ newestWindowAt: ms === undefined ? undefined : NOW - ms }, NOW);
    expect([undefined, 0, 0.9 * HOUR, 1.1 * HOUR, 22 * HOUR, 25 * HOUR].map(after)).toEqual([
      "1h",
      "1h",
      "1h",
      "1d",
      "1d",
      "1h",
    ]);
  });

  it("is the requested one, if there is one", () => {
    const world = fakeWorld(NOW - 5 * HOUR);
    const info = { stack: "local", readOnly: true, thresholdCacheMs: 5_000, pipelines: {} };
    const shown = (search: string) => {
      const { status, lanes } = sectionsOf(world, info, queryOf(new URLSearchParams(search)), NOW);
      return [
        status.range,
        lanes.cells,
        lanes.hosts.some(({ levels }) => levels.some((each) => each !== null)),
      ];
    };
    expect(shown("")).toEqual(["1d", 24, true]);
    expect(shown("range=nonsense")).toEqual(["1d", 24, true]);
    expect(shown("range=1h")).toEqual(["1d", 30, false]);
    expect(shown("range=6h")).toEqual(["1d", 36, true]);
  });

  it.each(["15m", "1h", "6h", "1d"] as const)(
    "%s consists of whole cells, and now lies in the newest",
    (range) => {
      const { from, to, cellMs, cells } = cellsOf(range, NOW);
      expect(to - from).toBe(cells * cellMs);
      expect([from % cellMs, to >= NOW, to - cellMs < NOW]).toEqual([0, true, true]);
    },
  );

  it("stays out of the address until it is chosen", () => {
    expect(writeAddress(readAddress("?host=doc"))).toBe("?host=doc");
    expect(writeAddress(readAddress("?range=1d&host=doc"))).toBe("?range=1d&host=doc");
    expect(readAddress("?range=toString").range).toBe(undefined);
  });
});

describe("the address of the page", () => {
  it("unfolds at most 20 hosts: one more folds the first", () => {
    const hosts = Array.from({ length: 21 }, (_, index) => `host${index}`);
    const twenty = readAddress(`?${hosts.map((host) => `unfold=${host}`).join("&")}`);
    expect(twenty.unfold).toEqual(hosts.slice(0, 20));
    expect(unfoldedAfter(twenty, "host20")).toEqual(hosts.slice(1));
    expect(unfoldedAfter(twenty, "host1")).toEqual(["host0", ...hosts.slice(2, 20)]);
  });

  it("holds only times that there can be", () => {
    expect(readAddress("?from=1795982400000&to=8640000000000000")).toMatchObject({
      from: 1_795_982_400_000,
      to: 8.64e15,
    });
    // In nanoseconds, for example.
    expect(readAddress("?from=1795982400000000000&to=-8640000000000001")).toMatchObject({
      from: undefined,
      to: undefined,
    });
    expect(readAddress("?from=now&to=Infinity")).toMatchObject({ from: undefined, to: undefined });
  });
});
