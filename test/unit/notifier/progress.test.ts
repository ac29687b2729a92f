import { expect, test } from "vitest";
import {
  commitsOf,
  type Held,
  newProgress,
  type Progress,
  placeKey,
  readCommitted,
} from "../../../apps/notifier/progress.ts";
import { alert } from "./alerts.ts";

const held = (offset: number, isTold: boolean, partition = 0): [string, Held] => [
  `threshold host${offset}/${partition}`,
  { partition, offset, row: alert("raised", 0), told: isTold },
];
const next = new Map([
  [0, 5_000_000],
  [1, 7],
]);
const progress = (...rows: [string, Held][]): Progress => ({
  ...newProgress(
    {
      low: next,
      high: new Map([
        [0, 17],
        [1, 4],
      ]),
    },
    1_000,
  ),
  mark: "C1:17.5",
  posted: 3,
  firing: 2,
  held: new Map(rows),
});
const placesOf = ({ commits }: ReturnType<typeof commitsOf>) =>
  commits.map(({ partition, offset }) => [partition, offset]);

test("what is committed is read back", () => {
  const before = progress(held(17, false), held(4_999_999, true), held(3, true, 1));
  const { commits, forgotten } = commitsOf(before);
  expect(forgotten).toBe(0);
  // From there, the held rows are read again.
  expect(placesOf({ commits, forgotten })).toEqual([
    [0, 17],
    [1, 3],
  ]);
  const known = readCommitted(
    commits,
    new Map([
      [0, 0],
      [1, 0],
      [2, 40],
    ]),
  );
  expect(known).toEqual({
    ...before,
    next: new Map([...next, [2, 40]]),
    // Their rows are known once they have been read again.
    held: new Map([
      ["0:4999999", { partition: 0, offset: 4_999_999, row: undefined, told: true }],
      ["0:17", { partition: 0, offset: 17, row: undefined, told: false }],
      ["1:3", { partition: 1, offset: 3, row: undefined, told: true }],
    ]),
  });
  expect(commitsOf(known ?? before).commits.slice(0, 2)).toEqual(commits);
});

test("without held rows, the committed offset is that of the rows reported", () => {
  expect(placesOf(commitsOf(progress()))).toEqual([...next]);
});

test("of very many held rows, the oldest are forgotten, so that Kafka accepts the commit", () => {
  const many = Array.from({ length: 5_000 }, (_, n) => held(n * 900, n % 2 === 0));
  const { commits, forgotten } = commitsOf(progress(...many));
  expect(forgotten).toBeGreaterThan(3_000);
  for (const { metadata } of commits) expect(metadata.length).toBeLessThanOrEqual(4_096);
  const places = readCommitted(commits, new Map())?.held ?? new Map();
  expect(places.size + forgotten).toBe(5_000);
  expect(places.has(placeKey({ partition: 0, offset: 4_999 * 900 }))).toBe(true);
  expect(places.has(placeKey({ partition: 0, offset: 0 }))).toBe(false);
});

test.each([null, "", "{", "{}", "null", '"a note of somebody else"'])(
  "the metadata %j is not ours",
  (metadata) => {
    expect(readCommitted([{ partition: 0, metadata }], new Map())).toBeUndefined();
  },
);
