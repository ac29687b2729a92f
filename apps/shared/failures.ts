/** Kafka did not take messages. The message says why. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}

/** What an error of kafkajs means for the one who sends. */
export interface Failure {
  /** Type or name of the error, and its message. */
  readonly reason: string;
  /** No waiting mends it; any other failure may be a broker that is away. */
  readonly refused: boolean;
  /** The broker does not know, or no longer knows, the producer's sequence: it takes only a new producer. */
  readonly sequenceLost: boolean;
}

const REFUSED =
  /SASL_AUTHENTICATION_FAILED|SASLAuthenticationError|_AUTHORIZATION_FAILED|UNSUPPORTED_SASL_MECHANISM|_TOO_LARGE/;
const SEQUENCE_LOST = /OUT_OF_ORDER_SEQUENCE_NUMBER|UNKNOWN_PRODUCER_ID|INVALID_PRODUCER_EPOCH/;

/** Reads an error of kafkajs, which wraps the error of its last attempt. */
export function failureOf(error: unknown): Failure {
  const reason = reasonOf(error);
  return { reason, refused: REFUSED.test(reason), sequenceLost: SEQUENCE_LOST.test(reason) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const root = error.cause instanceof Error ? error.cause : error;
  const type = "type" in root && typeof root.type === "string" ? root.type : root.name;
  return `${type}: ${root.message}`;
}
