import { expect, test } from "vitest";
import { Silences } from "../../../apps/notifier/silences.ts";
import { Trouble } from "../../../apps/notifier/status.ts";
import { alert } from "./alerts.ts";

const silences = () =>
  new Silences(
    undefined,
    new Trouble(
      () => {},
      () => {},
    ),
  );
const forever = { cpu: null, rule: null, until: Number.POSITIVE_INFINITY };

test("a silence applies to its host, CPU and rule until it ends", () => {
  const known = silences();
  known.know([
    { ...forever, hostname: "dopey", cpu: "cpu1" },
    { ...forever, hostname: "dopey", cpu: "cpu2", rule: "silent" },
    { ...forever, hostname: "doc", until: Date.now() - 1 },
  ]);
  const of = (series: string) => known.silences(alert("raised", 0, { series }));
  expect(["dopey/cpu1", "dopey/cpu2", "doc/cpu1", "grumpy/cpu1"].map(of)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  known.know([{ ...forever, hostname: "doc" }]);
  expect(["dopey/cpu1", "doc/cpu1"].map(of)).toEqual([false, true]);
});

test("an alert is compared only with silences of its own host, because each is checked five times a second", () => {
  const known = silences();
  const hosts = Array.from({ length: 5_000 }, (_, n) => `web-${n}.example.org`);
  let comparisons = 0;
  const watched = (name: string) => ({
    ...forever,
    get hostname() {
      comparisons++;
      return name;
    },
  });
  known.know(hosts.map(watched));
  comparisons = 0;
  const rows = hosts.flatMap((host) =>
    Array.from({ length: 8 }, (_, n) => alert("raised", 0, { series: `${host}/cpu${n}` })),
  );
  expect(rows.every((row) => known.silences(row))).toBe(true);
  expect(comparisons).toBe(rows.length);
});
