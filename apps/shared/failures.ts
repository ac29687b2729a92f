import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { kafkaProblem } from "../../clients/kafka/errors.ts";
import { innermost } from "../../lib/rootCause.ts";
import { UserError } from "../../lib/userError.ts";

/** Kafka did not accept messages. The message says why. */
export class DeliveryError extends UserError {
  override readonly name = "DeliveryError";
}

/** What was tried, and where. */
export interface Attempt {
  readonly connection: KafkaConnection;
  /** The end of a sentence, after "does not allow generator to …", e.g. `write to the topic readings`. */
  readonly purpose: string;
}

/** What a kafkajs error means for the sender. */
export interface Failure {
  /** Type or name of the error, and its message; for a known kind of refusal, a sentence for the user. */
  readonly reason: string;
  /** Waiting does not help; any other failure may be an unreachable broker. */
  readonly refused: boolean;
  /** The broker does not know, or no longer knows, the producer's sequence: only a new producer helps. */
  readonly sequenceLost: boolean;
}

const REFUSED =
  /SASL_AUTHENTICATION_FAILED|SASLAuthenticationError|_AUTHORIZATION_FAILED|UNSUPPORTED_SASL_MECHANISM|_TOO_LARGE/;
const SEQUENCE_LOST = /OUT_OF_ORDER_SEQUENCE_NUMBER|UNKNOWN_PRODUCER_ID|INVALID_PRODUCER_EPOCH/;

/** Reads an error of kafkajs, which wraps the error of its last attempt. */
export function failureOf(error: unknown, attempt?: Attempt): Failure {
  const problem = attempt && kafkaProblem(error, attempt.connection, attempt.purpose);
  if (problem !== undefined) return { reason: problem, refused: true, sequenceLost: false };
  const reason = reasonOf(error);
  const refused = REFUSED.test(reason);
  return {
    reason: refused && attempt ? `Kafka refuses to let us ${attempt.purpose}: ${reason}` : reason,
    refused,
    sequenceLost: SEQUENCE_LOST.test(reason),
  };
}

function reasonOf(error: unknown): string {
  const root = innermost(error);
  if (!(root instanceof Error)) return String(root);
  const type = "type" in root && typeof root.type === "string" ? root.type : root.name;
  return `${type}: ${root.message}`;
}
