import { expect, it } from "vitest";
import { firstAlone } from "../../../lib/firstAlone.ts";

/** What tasks began and ended, in order; the tasks end on request. */
function tasks(limitMs: number) {
  const log: string[] = [];
  const alone = firstAlone(limitMs);
  const begin = (name: string) => {
    const end = { resolve: () => {}, reject: (_: Error) => {} };
    const ended = new Promise<void>((resolve, reject) => Object.assign(end, { resolve, reject }));
    const done = alone(() => {
      log.push(`${name} begins`);
      return ended;
    });
    return { done, ...end };
  };
  return { log, begin };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

it("keeps the others waiting until the first has ended, and then runs them concurrently", async () => {
  const { log, begin } = tasks(60_000);
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
  const { log, begin } = tasks(60_000);
  const [first, other] = [begin("a"), begin("b")];
  first?.reject(new Error("no slots"));
  await expect(first?.done).rejects.toThrow("no slots");
  other?.resolve();
  await other?.done;
  expect(log).toEqual(["a begins", "b begins"]);
});

it("does not keep the others waiting for longer than the limit", async () => {
  const { log, begin } = tasks(10);
  const [first, other] = [begin("a"), begin("b")];
  other?.resolve();
  await other?.done;
  expect(log).toEqual(["a begins", "b begins"]);
  first?.resolve();
  await first?.done;
});
