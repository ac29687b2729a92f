import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

/** A certificate and its private key, both PEM; the key is PKCS#8 without a password. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** A test's own certificate authority. */
export class TestAuthority {
  readonly #pair: KeyPair;
  readonly #name: string;
  /** Of all its servers: what matters is in their certificates. */
  #serverKeys: Keys | undefined;
  readonly #clients = new Map<string, KeyPair>();

  /** @param validUntil a day from now unless given */
  constructor(name: string, validUntil = new Date(Date.now() + DAY_MS)) {
    this.#name = name;
    const keys = rsaKeys();
    const extensions = [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ];
    const certificate = signed({
      subject: name,
      issuer: name,
      extensions,
      validUntil,
      keys,
      signer: keys.key,
    });
    this.#pair = { certificate, key: keys.key };
  }

  /** Its own certificate, which clients and servers use to verify each other. */
  get ca(): string {
    return this.#pair.certificate;
  }

  /**
   * A server certificate, valid for a day and for 127.0.0.1 and localhost, unless given another name.
   *
   * @param host a name instead of these
   */
  server({ validUntil = new Date(Date.now() + DAY_MS), host = "localhost" } = {}): KeyPair {
    // The types of names in a certificate, RFC 5280: 2 is a DNS name, 7 an address.
    const names = [{ type: 2, value: host }, ...(host === "localhost" ? [{ type: 7, ip: "127.0.0.1" }] : [])];
    this.#serverKeys ??= rsaKeys();
    return this.#issue(host, this.#serverKeys, validUntil, [
      { name: "subjectAltName", altNames: names },
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
    ]);
  }

  /** A certificate that names a client; each client has one. */
  client(name: string): KeyPair {
    const usage = { name: "extKeyUsage", clientAuth: true };
    const pair =
      this.#clients.get(name) ?? this.#issue(name, rsaKeys(), new Date(Date.now() + DAY_MS), [usage]);
    this.#clients.set(name, pair);
    return pair;
  }

  #issue(subject: string, keys: Keys, validUntil: Date, extensions: object[]): KeyPair {
    const certificate = signed({
      subject,
      issuer: this.#name,
      extensions,
      validUntil,
      keys,
      signer: this.#pair.key,
    });
    return { certificate, key: keys.key };
  }
}

/** When {@link testCertificates}' expired certificate expired. */
export const EXPIRED_ON = new Date("2026-01-05T13:00:00Z");

/** Everything that the tests of one file need. */
export function testCertificates() {
  const authority = new TestAuthority("Test CA");
  return {
    authority,
    /** Has signed nothing of ours. */
    foreign: new TestAuthority("Foreign CA"),
    server: authority.server(),
    expired: authority.server({ validUntil: EXPIRED_ON }),
    /** Issued for another machine. */
    misnamed: authority.server({ host: "elsewhere.example" }),
  };
}

export type TestCertificates = ReturnType<typeof testCertificates>;

interface Keys {
  readonly key: string;
  readonly publicKey: string;
}

/** Node creates keys in native code, a hundred times as fast as node-forge. */
function rsaKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return { key: privateKey, publicKey };
}

function signed(args: {
  readonly subject: string;
  readonly issuer: string;
  readonly extensions: object[];
  readonly validUntil: Date;
  readonly keys: Keys;
  /** The issuer's private key. */
  readonly signer: string;
}): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(args.keys.publicKey);
  // A leading zero bit, because a serial number must be positive.
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  certificate.validity.notBefore = new Date(args.validUntil.getTime() - 2 * DAY_MS);
  certificate.validity.notAfter = args.validUntil;
  certificate.setSubject([{ name: "commonName", value: args.subject }]);
  certificate.setIssuer([{ name: "commonName", value: args.issuer }]);
  certificate.setExtensions(args.extensions);
  certificate.sign(forge.pki.privateKeyFromPem(args.signer), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
}
