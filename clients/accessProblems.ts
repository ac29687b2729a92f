/*
 * Messages for a server that refuses a client, shared by all services: what is wrong, where, and what to do.
 * `server` is e.g. `Kafka at 127.0.0.1:9093`.
 */

export const unknownAuthority = (server: string) =>
  `${server} presents a certificate that was not signed by the given certificate authority: ` +
  "give the CA certificate of the project that the server belongs to";

/** @param at when; undefined or an invalid date if unknown */
export function expired(server: string, at: Date | undefined): string {
  const on = at === undefined || Number.isNaN(at.getTime()) ? "" : ` on ${at.toISOString().slice(0, 10)}`;
  return `the certificate of ${server} has expired${on}: renew it, or correct the clock of this machine`;
}

export const expiredAuthority = (server: string) =>
  `a certificate authority of ${server} has expired: renew its certificate, and give the new one wherever the CA ` +
  "certificate is given, such as in a setting that ends in caFile, or correct the clock of this machine";

export const notYetValid = (server: string) =>
  `the certificate of ${server} is not valid yet: correct the clock of this machine`;

export const wrongName = (server: string) =>
  `${server} presents a certificate for another host name: check the address`;

export const unwantedClient = (server: string) =>
  `${server} does not accept the client certificate: ` +
  "use one that was signed by the server's certificate authority and has not expired";

export const noTls = (server: string) => `${server} does not speak TLS: check the address and the port`;

export const badPassword = (server: string, user: string) =>
  `${server} does not accept the user name and password of ${user}: check both, and that the user exists`;

export const noMechanism = (server: string, mechanism: string) =>
  `${server} does not offer the SASL mechanism ${mechanism}: use one that it offers`;

/** @param purpose e.g. `write to the topic readings` @param reason the server's own words */
export const notAllowed = (server: string, user: string, purpose: string, reason: string) =>
  `${server} does not allow ${user} to ${purpose} (${reason}): grant the user that permission`;
