import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError } from "kafkajs";
import { expect, test } from "vitest";
import { failureOf } from "../../../apps/shared/failures.ts";

function protocolError(type: string): Error {
  return Object.assign(new KafkaJSProtocolError(new Error("as the broker says")), { type });
}

test("a broker that does not answer does not count as a refusal", () => {
  expect(failureOf(new KafkaJSConnectionError("connect ECONNREFUSED"))).toEqual({
    reason: "KafkaJSConnectionError: connect ECONNREFUSED",
    refused: false,
    sequenceLost: false,
  });
  expect(failureOf(protocolError("UNKNOWN_TOPIC_OR_PARTITION"))).toMatchObject({ refused: false });
});

test.each(["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "MESSAGE_TOO_LARGE"])(
  "%s is a refusal, also inside another error",
  (type) => {
    const outer = Object.assign(new KafkaJSNonRetriableError("gave up"), { cause: protocolError(type) });
    expect(failureOf(outer)).toEqual({
      reason: `${type}: as the broker says`,
      refused: true,
      sequenceLost: false,
    });
  },
);

test.each(["OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "INVALID_PRODUCER_EPOCH"])(
  "%s asks for a new producer",
  (type) => expect(failureOf(protocolError(type))).toMatchObject({ refused: false, sequenceLost: true }),
);
