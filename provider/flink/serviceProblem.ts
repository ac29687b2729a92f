import {
  badPassword,
  expired,
  noMechanism,
  noTls,
  notAllowed,
  unknownAuthority,
  unwantedClient,
  wrongName,
} from "../../clients/accessProblems.ts";
import { javaCause } from "../../clients/flink/javaCause.ts";

/**
 * Describes why Kafka or PostgreSQL refuses a job: Java's errors contain neither the server nor a remedy.
 *
 * @param trace the Java stack trace of the failure
 * @param tables the job's CREATE TABLE statements, which contain the addresses of the services
 * @returns undefined for any other failure
 */
export function serviceProblem(trace: string, tables: readonly string[]): string | undefined {
  const service = serviceIn(trace, tables.join("\n"));
  const cause = javaCause(trace);
  const problem = SENTENCES.find(([pattern]) => pattern.test(cause));
  if (service === undefined || problem === undefined) return undefined;
  const [pattern, sentence] = problem;
  // It is on a separate line; the cause below it does not name the topic.
  const topics = /Failed to get metadata for topics \[(.+)\]/.exec(trace)?.[1];
  const purpose = topics === undefined ? "do what the job needs" : `use the topic ${topics}`;
  return sentence({ ...service, purpose }, pattern.exec(cause)?.[1] ?? "", cause);
}

interface Service {
  readonly server: string;
  readonly user: string;
}

interface Failed extends Service {
  /** What was refused, to follow "does not allow the user to …". */
  readonly purpose: string;
}

/** Patterns of Java's innermost cause, and what they mean. */
const SENTENCES: readonly [RegExp, (failed: Failed, detail: string, cause: string) => string][] = [
  [/^SunCertPathBuilderException: unable to find valid/, ({ server }) => unknownAuthority(server)],
  [/^SignatureException: Signature does not match/, ({ server }) => unknownAuthority(server)],
  [/^CertificateExpiredException: NotAfter: (.*)/, ({ server }, at) => expired(server, new Date(at))],
  [
    /^CertificateException: No (?:subject alternative|name matching)|^PSQLException: The hostname \S+ could not be verified/,
    ({ server }) => wrongName(server),
  ],
  [
    /^SSLHandshakeException: Received fatal alert: (?:bad_certificate|certificate_|unknown_ca)/,
    ({ server }) => unwantedClient(server),
  ],
  [/Unsupported or unrecognized SSL message|does not support SSL/, ({ server }) => noTls(server)],
  [/invalid credentials|password authentication failed/, ({ server, user }) => badPassword(server, user)],
  [/SASL mechanism '([\w-]+)' not enabled/, ({ server }, mechanism) => noMechanism(server, mechanism)],
  [
    /^\w*AuthorizationException: |^PSQLException: ERROR: permission denied/,
    ({ server, user, purpose }, _, cause) => notAllowed(server, user, purpose, cause),
  ],
];

/** The service that failed; a PostgreSQL failure may also occur below a read from Kafka. */
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
