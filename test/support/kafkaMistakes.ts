import { EXPIRED_ON, type TestCertificates } from "./certificates.ts";
import type { Role } from "./kafkaAcls.ts";
import type { Listener } from "./secureKafka.ts";

/** What is wrong, through which listener, with which change of the connection, and what is said of it. */
type Mistake = [string, Listener, (role: Role) => object, (server: string, role: Role) => string];

/** What a client of Kafka can get wrong. */
export const kafkaMistakes = (certificates: TestCertificates): Mistake[] => [
  [
    "a foreign certificate authority",
    "SASL_SSL",
    () => ({ ca: certificates.foreign.ca }),
    (server) =>
      `${server} shows a certificate that the given certificate authority did not sign: give the CA certificate of the project that the server belongs to`,
  ],
  [
    "an expired certificate of the server",
    "EXPIRED",
    () => ({}),
    (server) =>
      `the certificate of ${server} has expired on ${EXPIRED_ON.toISOString().slice(0, 10)}: have it renewed, or set the clock of this machine right`,
  ],
  [
    "a certificate of another server",
    "MISNAMED",
    () => ({}),
    (server) => `${server} shows a certificate for another host name: check the address`,
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
    (server) => `${server} does not offer the SASL mechanism SCRAM-SHA-512: give one that it does`,
  ],
  [
    "a foreign client certificate",
    "SSL",
    (role) => certificates.foreign.client(role),
    (server) =>
      `${server} does not accept the client certificate: give one that the server's own certificate authority has signed, and that has not expired`,
  ],
  [
    "a private key of another certificate",
    "SSL",
    () => ({ key: certificates.server.key }),
    (server) =>
      `the client certificate for ${server} and its private key do not belong together: give a pair`,
  ],
];
