import { expect, it } from "vitest";
import { atMost } from "../../../lib/atMost.ts";

it("runs no more calls at a time than allowed, in the order of arrival", async () => {
  const limited = atMost(2);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const call = (number: number) => () => {
    begun.push(number);
    return new Promise<number>((resolve) => ends.push(() => resolve(number)));
  };
  const results = [1, 2, 3, 4].map((number) => limited(call(number)));
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  expect(await results[1]).toBe(2);
  await Promise.resolve();
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  ends[2]?.();
  expect(await Promise.all([results[0], results[2]])).toEqual([1, 3]);
  expect(begun).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  expect(await results[3]).toBe(4);
});

it("lets the next call run if one fails", async () => {
  const limited = atMost(1);
  const failing = limited(() => Promise.reject(new Error("refused")));
  const next = limited(async () => "done");
  await expect(failing).rejects.toThrow("refused");
  expect(await next).toBe("done");
});
