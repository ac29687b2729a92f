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

test("checking 8 held alerts of each of 5,000 silenced hosts takes less than a second", () => {
  const known = silences();
  const hosts = Array.from({ length: 5_000 }, (_, n) => `web-${n}.example.org`);
  known.know(hosts.map((hostname) => ({ ...forever, hostname })));
  const rows = hosts.flatMap((host) =>
    Array.from({ length: 8 }, (_, n) => alert("raised", 0, { series: `${host}/cpu${n}` })),
  );
  const begun = performance.now();
  expect(rows.every((row) => known.silences(row))).toBe(true);
  // It is done five times a second.
  expect(performance.now() - begun).toBeLessThan(1_000);
});
