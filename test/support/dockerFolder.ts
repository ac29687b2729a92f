import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface DockerFolder {
  /** Name of the context selected with `docker context use`. */
  readonly chosen?: string;
  /** Addresses by context. */
  readonly contexts?: Readonly<Record<string, string>>;
  /** Contexts that have certificates; the files are empty. */
  readonly withCertificates?: readonly string[];
}

/** A folder like ~/.docker, as written by the docker command 28.2; it is removed with the test. */
export function dockerFolder({ chosen, contexts = {}, withCertificates = [] }: DockerFolder): string {
  const folder = mkdtempSync(join(tmpdir(), "streaming-docker-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: {}, currentContext: chosen }));
  for (const [name, Host] of Object.entries(contexts)) {
    const meta = join(folder, "contexts/meta", idOf(name));
    mkdirSync(meta, { recursive: true });
    const Endpoints = { docker: { Host, SkipTLSVerify: false } };
    writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: name, Metadata: {}, Endpoints }));
  }
  for (const name of withCertificates) {
    const tls = certificatesOf(folder, name);
    mkdirSync(tls, { recursive: true });
    for (const file of ["ca.pem", "cert.pem", "key.pem"]) writeFileSync(join(tls, file), "");
  }
  return folder;
}

/** The certificate folder of a context. */
export const certificatesOf = (folder: string, context: string) =>
  join(folder, "contexts/tls", idOf(context), "docker");

const idOf = (context: string) => createHash("sha256").update(context).digest("hex");
