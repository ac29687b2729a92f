import { EXPIRED_ON, type TestCertificates } from "./certificates.ts";
import type { Role } from "./kafkaAcls.ts";
import type { Listener } from "./secureKafka.ts";

/** What is wrong, through which listener, with which change of the connection, and the expected message. */
type Mistake = [string, Listener, (role: Role) => object, (server: string, role: Role) => string];

/** Mistakes that a Kafka client can make. */
export const kafkaMistakes = (certificates: TestCertificates): Mistake[] => [
  [
    "a foreign certificate authority",
    "SASL_SSL",
    () => ({ ca: certificates.foreign.ca }),
    (server) =>
      `${server} presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to`,
  ],
  [
    "an expired certificate of the server",
    "EXPIRED",
    () => ({}),
    (server) =>
      `the certificate of ${server} has expired on ${EXPIRED_ON.toISOString().slice(0, 10)}: renew it, or correct the clock of this machine`,
  ],
  [
    "a certificate of another server",
    "MISNAMED",
    () => ({}),
    (server) => `${server} presents a certificate for another host name: check the address`,
  ],
  [
    "a wrong password",
    "SASL_SSL",
    () => ({ password: "wrong" }),
    (server, role) =>
      `${server} does not accept the user name and password of ${role}: check both, and that the user exists`,
  ],
  [
    "a mechanism that is not there",
    "SASL_SSL",
    () => ({ mechanism: "SCRAM-SHA-512" }),
    (server) => `${server} does not offer the SASL mechanism SCRAM-SHA-512: use one that it offers`,
  ],
  [
    "a foreign client certificate",
    "SSL",
    (role) => certificates.foreign.client(role),
    (server) =>
      `${server} does not accept the client certificate: use one that was signed by the server's certificate authority and has not expired`,
  ],
  [
    "a private key of another certificate",
    "SSL",
    () => ({ key: certificates.server.key }),
    (server) => `the client certificate for ${server} and its private key do not match: use a matching pair`,
  ],
];
