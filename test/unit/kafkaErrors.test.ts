import {
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from "kafkajs";
import Cluster from "kafkajs/src/cluster/index.js";
import { createErrorFromCode } from "kafkajs/src/protocol/error.js";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../apps/shared/failures.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import "../../clients/kafka/refusedCoordinator.ts";
import {
  KafkaRefusal,
  KafkaUnreachable,
  kafkaProblem,
  refusalOf,
  userErrorOf,
} from "../../clients/kafka/errors.ts";
import { TestAuthority } from "../support/certificates.ts";

const scram: KafkaConnection = {
  bootstrapServers: "one:1,two:2",
  security: { protocol: "SASL_SSL", mechanism: "SCRAM-SHA-256", username: "generator", password: "secret" },
};

// As thrown by kafkajs 2.2.4 in response to a real broker.
const connectionError = (message: string, code?: string) => {
  const error = new KafkaJSConnectionError(message, { broker: "two:2", ...(code !== undefined && { code }) });
  return new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 1, retryTime: 50 });
};
const protocolError = (type: string, message: string) =>
  new KafkaJSProtocolError(Object.assign(new Error(message), { type, code: 29, retriable: false }));
// The kafkajs types of these two have no constructor with a message.
const named = (name: string, message: string) =>
  Object.assign(new KafkaJSError(message, { retriable: false }), { name });
const openssl = (what: string) =>
  `Connection error: 806C2826F87F0000:error:0A000416:SSL routines:ssl3_read_bytes:${what}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 46\n`;
const aggregate = (error: Error) =>
  Object.assign(new KafkaJSError("Topic creation errors"), { errors: [error] });
const NOT_AUTHORIZED = "Not authorized to access topics: [Topic authorization failed]";

const UNKNOWN_AUTHORITY =
  "Kafka at two:2 presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to";
const UNWANTED =
  "Kafka at two:2 does not accept the client certificate: use one that was signed by the server's certificate authority and has not expired";
const NO_PERMISSION =
  "Kafka at one:1,two:2 does not allow generator to write to the topic readings (TOPIC_AUTHORIZATION_FAILED): grant the user that permission";

const refusals: [string, Error, string][] = [
  [
    "a foreign authority",
    connectionError(
      "Connection error: unable to verify the first certificate",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ),
    UNKNOWN_AUTHORITY,
  ],
  [
    "a certificate that signed itself",
    connectionError("Connection error: self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
    UNKNOWN_AUTHORITY,
  ],
  [
    "an expired certificate",
    connectionError(
      "Connection error: certificate has expired on Jan  5 13:00:00 2026 GMT",
      "CERT_HAS_EXPIRED",
    ),
    "the certificate of Kafka at two:2 has expired on 2026-01-05: renew it, or correct the clock of this machine",
  ],
  [
    "an expired certificate, nobody knows since when",
    connectionError("Connection error: certificate has expired", "CERT_HAS_EXPIRED"),
    "the certificate of Kafka at two:2 has expired: renew it, or correct the clock of this machine",
  ],
  [
    "an expired authority",
    connectionError(
      "Connection error: certificate has expired (that of a certificate authority)",
      "CERT_HAS_EXPIRED",
    ),
    "a certificate authority of Kafka at two:2 has expired: renew its certificate, and give the new one wherever the CA certificate is given, such as in a setting that ends in caFile, or correct the clock of this machine",
  ],
  [
    "a certificate of the future",
    connectionError("Connection error: certificate is not yet valid", "CERT_NOT_YET_VALID"),
    "the certificate of Kafka at two:2 is not valid yet: correct the clock of this machine",
  ],
  [
    "another server",
    connectionError(
      "Connection error: Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ),
    "Kafka at two:2 presents a certificate for another host name: check the address",
  ],
  [
    "a client certificate that is refused",
    connectionError(openssl("sslv3 alert certificate unknown"), "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
    UNWANTED,
  ],
  [
    "a client certificate that is missing",
    connectionError(openssl("sslv3 alert bad certificate"), "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE"),
    UNWANTED,
  ],
  [
    "a server without TLS",
    connectionError(
      "Connection error: 00:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:",
      "EPROTO",
    ),
    "Kafka at two:2 does not speak TLS: check the address and the port",
  ],
  [
    "a key of another certificate",
    connectionError("Failed to connect: error:05800074:x509 certificate routines::key values mismatch"),
    "the client certificate for Kafka at two:2 and its private key do not match: use a matching pair",
  ],
  [
    "a key that is none",
    connectionError("Failed to connect: error:1E08010C:DECODER routines::unsupported"),
    "a certificate or the private key for Kafka at two:2 cannot be read: it must be PEM",
  ],
  [
    "a wrong password",
    named(
      "KafkaJSSASLAuthenticationError",
      "SASL SCRAM SHA256 authentication failed: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
    ),
    "Kafka at one:1,two:2 does not accept the user name and password of generator: check both, and that the user exists",
  ],
  [
    "an unknown mechanism",
    protocolError("UNSUPPORTED_SASL_MECHANISM", "The broker does not support the requested SASL mechanism"),
    "Kafka at one:1,two:2 does not offer the SASL mechanism SCRAM-SHA-256: use one that it offers",
  ],
  ["a missing permission", protocolError("TOPIC_AUTHORIZATION_FAILED", NOT_AUTHORIZED), NO_PERMISSION],
  [
    "a missing permission, inside several errors",
    aggregate(protocolError("TOPIC_AUTHORIZATION_FAILED", NOT_AUTHORIZED)),
    NO_PERMISSION,
  ],
];

describe("what Kafka refuses", () => {
  const purpose = "write to the topic readings";

  it.each(refusals)("for %s is one sentence and is not retried", (_what, error, sentence) => {
    expect(kafkaProblem(error, scram, purpose)).toBe(sentence);
    expect(sentence).not.toContain("secret");
    const attempt = { connection: scram, purpose };
    expect(failureOf(error, attempt)).toEqual({ reason: sentence, refused: true, sequenceLost: false });
    const refusal = refusalOf(error, scram, purpose);
    expect(refusal).toBeInstanceOf(KafkaRefusal);
    expect(refusal).toMatchObject({ message: sentence, cause: error });
  });

  it.each<[string, unknown]>([
    [
      "a broker that does not answer",
      connectionError("Connection error: connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"),
    ],
    ["a broker that hangs", connectionError("Connection timeout")],
    [
      "a topic that is not there",
      protocolError("UNKNOWN_TOPIC_OR_PARTITION", "This server does not host it"),
    ],
    ["what is no error", "a text"],
  ])("is not %s", (_what, error) => {
    expect(kafkaProblem(error, scram, purpose)).toBe(undefined);
    expect(refusalOf(error, scram, purpose)).toBe(error);
    expect(failureOf(error, { connection: scram, purpose })).toMatchObject({ refused: false });
  });

  it.each([
    ["not that of a broker that stands still", named("KafkaJSRequestTimeoutError", "no answer"), false],
    ["that of a broker that refuses", protocolError("GROUP_AUTHORIZATION_FAILED", NOT_AUTHORIZED), true],
  ])("to name the coordinator of a group is %s", async (_what, reason, refused) => {
    const broker = { findGroupCoordinator: () => Promise.reject(reason) };
    const cluster = {
      // As in kafkajs, which drops what the brokers say.
      brokerPool: {
        withBroker: (ask: (asked: unknown) => Promise<unknown>) => ask({ broker }).catch(() => null),
      },
      retrier: (attempt: (bail: (error: unknown) => void) => Promise<unknown>) =>
        new Promise((resolve, reject) => void attempt(reject).then(resolve, reject)),
      logger: { debug: () => undefined },
    };
    const find = Cluster.prototype.findGroupCoordinatorMetadata;
    const error = await find.call(cluster as never, { groupId: "group" }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "KafkaJSGroupCoordinatorNotFound", cause: reason });
    expect(failureOf(error, { connection: scram, purpose })).toMatchObject({ refused });
  });

  it("stays the same sentence for a user", () => {
    for (const [, error, sentence] of refusals) {
      expect(userErrorOf(error, scram, purpose)).toMatchObject({ name: "KafkaRefusal", message: sentence });
    }
  });

  it("names the user of a client certificate", () => {
    const authority = new TestAuthority("Test CA");
    const security = { protocol: "SSL", ca: authority.ca, ...authority.client("flink") } as const;
    const error = protocolError("TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "no");
    expect(kafkaProblem(error, { bootstrapServers: "one:1", security }, "write")).toBe(
      "Kafka at one:1 does not allow flink to write (TRANSACTIONAL_ID_AUTHORIZATION_FAILED): grant the user that permission",
    );
  });

  it("is also an invalid certificate", () => {
    const security = { protocol: "SSL", ca: "a", certificate: "b", key: "c" } as const;
    const error = connectionError("Failed to connect: error:0480006C:PEM routines::no start line");
    expect(kafkaProblem(error, { bootstrapServers: "two:2", security }, purpose)).toBe(
      "a certificate or the private key for Kafka at two:2 cannot be read: it must be PEM",
    );
  });

  it("names the operation if there is no sentence for the refusal", () => {
    const error = protocolError("MESSAGE_TOO_LARGE", "The request included a message larger than the max");
    expect(failureOf(error, { connection: scram, purpose })).toMatchObject({
      refused: true,
      reason:
        "Kafka refuses to let us write to the topic readings: MESSAGE_TOO_LARGE: The request included a message larger than the max",
    });
  });
});

describe("a Kafka that does not answer", () => {
  it.each([
    [
      "a refused connection",
      connectionError("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"),
      "two:2",
      "ECONNREFUSED",
    ],
    ["a broker that hangs", connectionError("Connection timeout"), "two:2", "Connection timeout"],
    [
      "a leader that is away",
      protocolError("LEADER_NOT_AVAILABLE", "There is no leader"),
      "one:1,two:2",
      "LEADER_NOT_AVAILABLE",
    ],
    // By kafkajs' names for https://kafka.apache.org/protocol#protocol_error_codes
    ...[5, 6, 7, 13, 14, 15, 16, 27, 41].map((code): [string, Error, string, string] => {
      const { type } = createErrorFromCode(code) as Error & { type: string };
      return [type, protocolError(type, "as the broker says"), "one:1,two:2", type];
    }),
  ])("is reported with the reason after %s", (_what, error, address, reason) => {
    const unreachable = userErrorOf(error, scram, "read the topics a, b");
    expect(unreachable).toBeInstanceOf(KafkaUnreachable);
    expect(unreachable).toMatchObject({
      message: `Kafka at ${address} does not answer (${reason})`,
      cause: error,
    });
  });
});

it.each(["Snappy", "LZ4", "ZSTD"])(
  "messages that are compressed with %s are named, with what helps",
  (codec) => {
    const error = named("KafkaJSNotImplemented", `${codec} compression not implemented`);
    const sentence = `We cannot read the topic a: Kafka at one:1,two:2 has messages there that are compressed with ${codec}, and only gzip can be read here: let what writes them, and the topic (compression.type), use gzip or none`;
    expect(userErrorOf(error, scram, "read the topic a")).toMatchObject({
      name: "KafkaRefusal",
      message: sentence,
    });
    expect(failureOf(error, { connection: scram, purpose: "read the topic a" })).toMatchObject({
      refused: true,
      reason: sentence,
    });
  },
);

it("a topic that does not exist is named, with what creates it again", () => {
  const error = protocolError("UNKNOWN_TOPIC_OR_PARTITION", "This server does not host it");
  expect(userErrorOf(error, scram, "read the topic a")).toMatchObject({
    name: "KafkaRefusal",
    message:
      "We cannot read the topic a: Kafka at one:1,two:2 has no such topic, or has just started (UNKNOWN_TOPIC_OR_PARTITION). Try again; npm run up creates a missing topic of the stack again",
  });
});

it("other Kafka failures become a sentence for the user, and unrelated errors do not", () => {
  const error = protocolError("POLICY_VIOLATION", "Request parameters do not satisfy the policy");
  expect(userErrorOf(error, scram, "read the topic a")).toMatchObject({
    name: "KafkaRefusal",
    message:
      "Kafka at one:1,two:2 does not allow us to read the topic a (POLICY_VIOLATION): Request parameters do not satisfy the policy",
  });
  const bug = new TypeError("x is undefined");
  expect(userErrorOf(bug, scram, "read the topic a")).toBe(bug);
});
