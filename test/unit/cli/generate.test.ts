import { expect, test } from "vitest";
import { connectionFor } from "../../../cli/commands/generate.ts";
import { tutorialFormat } from "../../../components/source/sourceFormat.ts";

const kafka = { bootstrapServers: "127.0.0.1:29092", security: { protocol: "PLAINTEXT" } } as const;
const outputs = { generator: { kafka, options: {} }, sourceTopic: "readings" };

test("readings are sent to a stack that reads the tutorial's messages from a topic of its own", () => {
  expect(connectionFor("demo", outputs)).toEqual(kafka);
  expect(connectionFor("demo", { ...outputs, sourceFormat: tutorialFormat })).toEqual(kafka);
});

test("no readings are sent to another owner's topic", () => {
  expect(() => connectionFor("demo", { sourceTopic: "readings" })).toThrow(
    "The stack demo reads the topic readings, which others write (source.existing), and readings from here do not belong among theirs. Send them to a stack without source.existing.",
  );
});

test("no readings are sent to a stack that would not understand them", () => {
  const sourceFormat = { ...tutorialFormat, "source.usageForm": "idle" } as const;
  expect(() => connectionFor("demo", { ...outputs, sourceFormat })).toThrow(
    "The stack demo reads other messages than the tutorial's, which are sent from here (source.usageForm is idle). Send them to a stack without such settings.",
  );
});
