import { expect, it } from "vitest";
import type { EpisodeView } from "../../../apps/page/view.ts";
import { comparison } from "../../../apps/page/web/episode.tsx";
import { exact } from "../../../apps/page/web/format.ts";

it("the page shows a threshold with both of its decimals", () => {
  expect([12.55, 99.96, 0.04, 20, 33.5].map(exact)).toEqual(["12.55", "99.96", "0.04", "20", "33.5"]);
  const episode: EpisodeView = {
    ...{ id: "1", rule: "threshold", hostname: "doc", cpu: "cpu1", since: 0, until: null, message: "" },
    ...{ actual: 12.62, threshold: 12.55, expected: null },
    state: "firing",
  };
  expect(comparison(episode)).toBe("12.6 % on average, threshold 12.55 %");
});
