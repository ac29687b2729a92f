import { EXPIRED_AUTHORITY } from "../lib/certificateExpiry.ts";
import {
  expired,
  expiredAuthority,
  noTls,
  notYetValid,
  unknownAuthority,
  unwantedClient,
  wrongName,
} from "./accessProblems.ts";

/** A connection error: Node's code, if it has one, and its message. */
export interface ConnectionFailure {
  readonly code?: string | undefined;
  readonly message: string;
}

// https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes
const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/;

/**
 * Describes what is wrong with a TLS connection.
 *
 * @param server e.g. `Kafka at 127.0.0.1:9093`
 * @returns undefined if the failure has nothing to do with TLS
 */
export function tlsProblem(server: string, { code = "", message }: ConnectionFailure): string | undefined {
  if (UNKNOWN_AUTHORITY.test(code)) return unknownAuthority(server);
  if (code === "CERT_HAS_EXPIRED") {
    return message.endsWith(EXPIRED_AUTHORITY)
      ? expiredAuthority(server)
      : expired(server, expiryIn(message));
  }
  if (code === "CERT_NOT_YET_VALID") return notYetValid(server);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return wrongName(server);
  if (/ALERT.*CERTIFICATE|ALERT_UNKNOWN_CA/.test(code)) return unwantedClient(server);
  if (/wrong version number|packet length too long|does not support SSL/.test(message)) return noTls(server);
  if (/key values mismatch/.test(message)) {
    return `the client certificate for ${server} and its private key do not match: use a matching pair`;
  }
  if (/DECODER routines|PEM routines/.test(message)) {
    return `a certificate or the private key for ${server} cannot be read: it must be PEM`;
  }
  return undefined;
}

function expiryIn(message: string): Date | undefined {
  const time = /has expired on (.+)$/.exec(message)?.[1];
  return time === undefined ? undefined : new Date(time);
}
