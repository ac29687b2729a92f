import { X509Certificate } from "node:crypto";
import kafkajs from "kafkajs";
import { innermost } from "../../lib/rootCause.ts";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { badPassword, noMechanism, notAllowed } from "../accessProblems.ts";
import { type ConnectionFailure, tlsProblem } from "../tlsProblem.ts";
import type { KafkaConnection, KafkaSecurity } from "./client.ts";

/** Kafka rejects us or our request. The message says what to do. */
export class KafkaRefusal extends UserError {
  override readonly name = "KafkaRefusal";
}

/** No broker answers. */
export class KafkaUnreachable extends ServiceUnreachable {
  override readonly name = "KafkaUnreachable";
}

/** A kafkajs error, from the broker (`type`) or a connection (`broker`, `code`). */
interface KafkaError extends ConnectionFailure {
  readonly name: string;
  readonly type?: string;
  readonly broker?: string;
}

/**
 * Describes a permanent refusal by Kafka.
 *
 * @param purpose what was attempted, to follow "does not allow generator to …", e.g. `write to the topic readings`
 * @returns undefined for everything else, such as a broker that is down
 */
export function kafkaProblem(
  error: unknown,
  { bootstrapServers, security }: KafkaConnection,
  purpose: string,
): string | undefined {
  const root = rootOf(error);
  if (root === undefined) return undefined;
  const server = `Kafka at ${root.broker ?? bootstrapServers}`;
  if (root.name === "KafkaJSConnectionError") return tlsProblem(server, root);
  const user = userOf(security);
  if (isBadPassword(root)) return badPassword(server, user);
  if (root.type === "UNSUPPORTED_SASL_MECHANISM") {
    return noMechanism(server, security.protocol === "SASL_SSL" ? security.mechanism : "none");
  }
  const [, codec] = UNKNOWN_CODEC.exec(root.message) ?? [];
  if (codec !== undefined) {
    return (
      `We cannot ${purpose}: ${server} has messages there that are compressed with ${codec}, ` +
      "and only gzip can be read here: let what writes them, and the topic (compression.type), use gzip or none"
    );
  }
  if (root.type?.endsWith("_AUTHORIZATION_FAILED")) {
    return notAllowed(server, user, purpose, root.type);
  }
  return undefined;
}

/** What kafkajs says of the codecs that it does not have. */
const UNKNOWN_CODEC = /^(\w+) compression not implemented$/;

/** The refusal behind an error, or the error itself. */
export function refusalOf(error: unknown, connection: KafkaConnection, purpose: string): unknown {
  const problem = kafkaProblem(error, connection, purpose);
  return problem === undefined ? error : new KafkaRefusal(problem, { cause: error });
}

/** Of a cluster that is starting, or in which a broker takes over from another: it passes. */
const AWAY =
  /^KafkaJS(Connection(Closed)?Error|RequestTimeoutError|BrokerNotFound|GroupCoordinatorNotFound|LockTimeout|Timeout)$|^NOT_(CONTROLLER|LEADER_FOR_PARTITION|COORDINATOR_FOR_GROUP)$|_NOT_AVAILABLE$|^(REQUEST_TIMED_OUT|NETWORK_EXCEPTION)$|_IN_PROGRESS$/;

/**
 * Turns a kafkajs error into one for the user; returns any other error unchanged.
 *
 * @param purpose as for {@link kafkaProblem}
 */
export function userErrorOf(error: unknown, connection: KafkaConnection, purpose: string): unknown {
  const refusal = refusalOf(error, connection, purpose);
  const root = rootOf(error);
  if (refusal !== error || !(root instanceof kafkajs.KafkaJSError)) return refusal;
  const { name, type, code, message, broker = connection.bootstrapServers } = root as KafkaError;
  const server = `Kafka at ${broker}`;
  if (type === "UNKNOWN_TOPIC_OR_PARTITION") {
    return new KafkaRefusal(
      `We cannot ${purpose}: ${server} has no such topic, or has just started (${type}). ` +
        "Try again; npm run up creates a missing topic of the stack again",
      { cause: error },
    );
  }
  return AWAY.test(type ?? name)
    ? new KafkaUnreachable(`${server} does not answer (${type ?? code ?? message})`, { cause: error })
    : new KafkaRefusal(`${server} does not allow us to ${purpose} (${type ?? name}): ${message}`, {
        cause: error,
      });
}

// A broker says "… failed: Authentication failed during authentication due to invalid credentials …".
const isBadPassword = ({ name, type, message }: KafkaError) =>
  type === "SASL_AUTHENTICATION_FAILED" ||
  (name === "KafkaJSSASLAuthenticationError" && /invalid credentials|Authentication failed/i.test(message));

/** The error of the last attempt, which kafkajs wraps one or more times. */
function rootOf(error: unknown): KafkaError | undefined {
  const root = innermost(error);
  return root instanceof Error ? (root as KafkaError) : undefined;
}

/** The name that the broker knows us by. */
function userOf(security: KafkaSecurity): string {
  if (security.protocol === "SASL_SSL") return security.username;
  if (security.protocol === "PLAINTEXT") return "a client without a name";
  return (
    /^CN=(.+)$/m.exec(new X509Certificate(security.certificate).subject)?.[1] ?? "the certificate's user"
  );
}
