import {
  badPassword,
  expired,
  noMechanism,
  noTls,
  notAllowed,
  unknownAuthority,
  unwantedClient,
  wrongName,
} from "../../clients/sentences.ts";
import { rootCause } from "./rootCause.ts";

/**
 * What Kafka or PostgreSQL refuse a job, in words: Java names neither the server nor what to do.
 *
 * @param trace the Java stack trace of the failure
 * @param tables the job's CREATE TABLE statements, which say where the services are
 * @returns undefined for any other failure
 */
export function serviceProblem(trace: string, tables: readonly string[]): string | undefined {
  const service = serviceIn(trace, tables.join("\n"));
  const cause = rootCause(trace);
  const problem = SENTENCES.find(([pattern]) => pattern.test(cause));
  if (service === undefined || problem === undefined) return undefined;
  const [pattern, sentence] = problem;
  return sentence(service, pattern.exec(cause)?.[1] ?? "", cause);
}

interface Service {
  readonly server: string;
  readonly user: string;
}

/** What Java's innermost cause begins with, and what it means. */
const SENTENCES: readonly [RegExp, (service: Service, detail: string, cause: string) => string][] = [
  [/^SunCertPathBuilderException: unable to find valid/, ({ server }) => unknownAuthority(server)],
  [/^SignatureException: Signature does not match/, ({ server }) => unknownAuthority(server)],
  [/^CertificateExpiredException: NotAfter: (.*)/, ({ server }, at) => expired(server, new Date(at))],
  [/^CertificateException: No (?:subject alternative|name matching)/, ({ server }) => wrongName(server)],
  [
    /^SSLHandshakeException: Received fatal alert: (?:bad_certificate|certificate_|unknown_ca)/,
    ({ server }) => unwantedClient(server),
  ],
  [/Unsupported or unrecognized SSL message|does not support SSL/, ({ server }) => noTls(server)],
  [/invalid credentials|password authentication failed/, ({ server, user }) => badPassword(server, user)],
  [/SASL mechanism '([\w-]+)' not enabled/, ({ server }, mechanism) => noMechanism(server, mechanism)],
  [
    /^\w*AuthorizationException: |^PSQLException: ERROR: permission denied/,
    ({ server, user }, _, cause) => notAllowed(server, user, "do what the job needs", cause),
  ],
];

/** Whoever the failure came from; what goes wrong in PostgreSQL may well do so below the reading from Kafka. */
function serviceIn(trace: string, tables: string): Service | undefined {
  const found = (pattern: RegExp) => pattern.exec(tables)?.[1];
  if (trace.includes("org.postgresql.")) {
    const address = found(/'jdbc:postgresql:\/\/([^/']+)\//);
    return { server: `PostgreSQL at ${address}`, user: found(/'username' = '([^']+)'/) ?? "the user" };
  }
  if (/org\.apache\.kafka\.|\.connector\.kafka\./.test(trace)) {
    const address = found(/'properties\.bootstrap\.servers' = '([^']+)'/);
    return { server: `Kafka at ${address}`, user: found(/ username="([^"]+)"/) ?? "the certificate's user" };
  }
  return undefined;
}
