/*
 * What is said of a server that does not let a client in, whichever the client: what is wrong, where, and what to
 * do. `server` is e.g. `Kafka at 127.0.0.1:9093`.
 */

export const unknownAuthority = (server: string) =>
  `${server} shows a certificate that the given certificate authority did not sign: ` +
  "give the CA certificate of the project that the server belongs to";

/** @param at when; undefined or no date where that is not known */
export function expired(server: string, at: Date | undefined): string {
  const on = at === undefined || Number.isNaN(at.getTime()) ? "" : ` on ${at.toISOString().slice(0, 10)}`;
  return `the certificate of ${server} has expired${on}: have it renewed, or set the clock of this machine right`;
}

export const notYetValid = (server: string) =>
  `the certificate of ${server} is not valid yet: set the clock of this machine right`;

export const wrongName = (server: string) =>
  `${server} shows a certificate for another host name: check the address`;

export const unwantedClient = (server: string) =>
  `${server} does not accept the client certificate: ` +
  "give one that the server's own certificate authority has signed, and that has not expired";

export const noTls = (server: string) => `${server} does not speak TLS: check the address and the port`;

export const badPassword = (server: string, user: string) =>
  `${server} does not accept the user name and password of ${user}: check both, and that the user exists`;

export const noMechanism = (server: string, mechanism: string) =>
  `${server} does not offer the SASL mechanism ${mechanism}: give one that it does`;

/** @param purpose e.g. `write to the topic readings` @param reason the server's own words */
export const notAllowed = (server: string, user: string, purpose: string, reason: string) =>
  `${server} does not let ${user} ${purpose} (${reason}): give the user that permission`;
