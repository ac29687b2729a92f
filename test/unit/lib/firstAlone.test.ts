import { expect, it } from "vitest";
import { type FirstAloneOptions, firstAlone } from "../../../lib/firstAlone.ts";

/** What tasks began and ended, in order; the tasks end on request. */
function tasks({ limitMs = 60_000, patienceMs = 0 }: Partial<FirstAloneOptions>) {
  const log: string[] = [];
  const alone = firstAlone({ limitMs, patienceMs });
  const begin = (name: string, isPreferred = false) => {
    const end = { resolve: () => {}, reject: (_: Error) => {} };
    const ended = new Promise<void>((resolve, reject) => Object.assign(end, { resolve, reject }));
    const done = alone(
      () => {
        log.push(`${name} begins`);
        return ended;
      },
      { isPreferred },
    );
    return { done, ...end };
  };
  return { log, begin };
}

/** Lets timers of 0 ms run. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 20));

it("keeps the others waiting until the first has ended, and then runs them concurrently", async () => {
  const { log, begin } = tasks({});
  const [first, ...others] = [begin("a"), begin("b"), begin("c")];
  await turns();
  expect(log).toEqual(["a begins"]);
  first?.resolve();
  await turns();
  expect(log).toEqual(["a begins", "b begins", "c begins"]);
  for (const { resolve, done } of others) {
    resolve();
    await done;
  }
});

it("runs the others even if the first fails, and its error stays its own", async () => {
  const { log, begin } = tasks({});
  const [first, other] = [begin("a"), begin("b")];
  await turns();
  first?.reject(new Error("no slots"));
  await expect(first?.done).rejects.toThrow("no slots");
  other?.resolve();
  await other?.done;
  expect(log).toEqual(["a begins", "b begins"]);
});

it("does not keep the others waiting for longer than the limit", async () => {
  const { log, begin } = tasks({ limitMs: 10 });
  const [first, other] = [begin("a"), begin("b")];
  other?.resolve();
  await other?.done;
  expect(log).toEqual(["a begins", "b begins"]);
  first?.resolve();
  await first?.done;
});

it("lets the preferred task be the first if it arrives a moment later", async () => {
  const { log, begin } = tasks({ patienceMs: 60_000 });
  const others = [begin("a"), begin("b")];
  await turns();
  expect(log).toEqual([]);
  const preferred = begin("preferred", true);
  await turns();
  expect(log).toEqual(["preferred begins"]);
  for (const { resolve, done } of [preferred, ...others]) {
    resolve();
    await done;
  }
  expect(log).toEqual(["preferred begins", "a begins", "b begins"]);
});

it("runs the others if the preferred task does not arrive, and then that task like any other", async () => {
  const { log, begin } = tasks({ patienceMs: 10 });
  const first = begin("a");
  first.resolve();
  await first.done;
  const late = begin("preferred", true);
  late.resolve();
  await late.done;
  expect(log).toEqual(["a begins", "preferred begins"]);
});
