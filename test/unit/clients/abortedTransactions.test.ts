import { expect, it } from "vitest";
import { type FetchedPartition, hideAborted } from "../../../clients/kafka/abortedTransactions.ts";

const record = (offset: number, producerId: string, inTransaction = true) => ({
  offset: String(offset),
  key: null,
  batchContext: { producerId, inTransaction },
  isControlRecord: false,
});
const end = (offset: number, producerId: string, how: "abort" | "commit") => ({
  ...record(offset, producerId),
  key: Buffer.from([0, 0, 0, how === "abort" ? 0 : 1]),
  isControlRecord: true,
});
const visible = (partition: FetchedPartition) => {
  hideAborted(partition);
  return partition.messages.filter((each) => !each.isControlRecord).map(({ offset }) => Number(offset));
};

it("hides two concurrent transactions of which the later one was aborted first", () => {
  const messages = [
    record(10, "a"),
    record(11, "c"),
    record(12, "b"),
    record(13, "a"),
    record(14, "d", false),
    end(15, "b", "abort"),
    end(16, "a", "abort"),
    end(17, "c", "commit"),
    record(18, "a"),
    end(19, "a", "commit"),
  ];
  const abortedTransactions = [
    { producerId: "b", firstOffset: "12" },
    { producerId: "a", firstOffset: "10" },
  ];
  expect(visible({ messages, abortedTransactions })).toEqual([11, 14, 18]);
});

it("hides the rest of transactions that began before the fetch, and a second one of the same producer", () => {
  const messages = [
    record(20, "b"),
    record(21, "a"),
    end(22, "a", "abort"),
    record(23, "a"),
    end(24, "a", "abort"),
  ];
  const abortedTransactions = [
    { producerId: "a", firstOffset: "9" },
    { producerId: "b", firstOffset: "15" },
    { producerId: "a", firstOffset: "23" },
  ];
  expect(visible({ messages, abortedTransactions })).toEqual([]);
});

it("leaves everything to readers of uncommitted records", () => {
  expect(visible({ messages: [record(1, "a")], abortedTransactions: null })).toEqual([1]);
});
