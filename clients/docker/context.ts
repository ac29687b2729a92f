import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DockerUnreachable } from "./errors.ts";

/** A Docker engine and where its address comes from. */
export interface NamedEngine {
  /** unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host> */
  readonly address: string;
  /** Where the address comes from, such as `the Docker context colima`; undefined for this machine's default engine. */
  readonly namedBy?: string;
  /** Folder with the ca.pem, cert.pem and key.pem of a TLS connection. */
  readonly certificates?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ALLOWED = "unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>";
/** Where an engine listens that root has installed. */
const SYSTEM_SOCKET = "/var/run/docker.sock";

/**
 * The engine that the docker command would use: from DOCKER_HOST, from DOCKER_CONTEXT, from the context chosen by
 * `docker context use`, or this machine's own, including Docker rootless and Docker Desktop.
 * Source: https://docs.docker.com/engine/manage-resources/contexts/
 *
 * @param given an address that overrides all of these; empty for none
 * @throws DockerUnreachable if the address is invalid or the context does not exist
 */
export function namedEngine(
  given: string,
  env: Environment = process.env,
  systemSocket = SYSTEM_SOCKET,
): NamedEngine {
  const certificates = env.DOCKER_CERT_PATH ? { certificates: env.DOCKER_CERT_PATH } : {};
  if (given !== "")
    return { address: checked(given, "docker.host"), namedBy: "docker.host", ...certificates };
  const host = env.DOCKER_HOST?.trim();
  if (host) return { address: checked(host, "DOCKER_HOST"), namedBy: "DOCKER_HOST", ...certificates };
  const context = contextOf(env);
  return context === undefined
    ? { address: `unix://${socketOf(env, systemSocket)}`, ...certificates }
    : context;
}

/**
 * The folder of certificates for an address: the chosen context's if the address comes from it, otherwise
 * DOCKER_CERT_PATH. Source: https://docs.docker.com/engine/security/protect-access/
 */
export function certificatesFor(address: string, env: Environment = process.env): string | undefined {
  try {
    const context = env.DOCKER_HOST?.trim() ? undefined : contextOf(env);
    if (context?.address === address) return context.certificates;
  } catch {
    // The address does not come from a context.
  }
  return env.DOCKER_CERT_PATH || undefined;
}

/** @throws DockerUnreachable if it is not the address of an engine */
function checked(address: string, name: string): string {
  const isAddress =
    /^unix:\/\/\/\S+$/.test(address) || (/^(tcp|ssh):\/\/[^\s/]+\/?$/.test(address) && URL.canParse(address));
  if (isAddress) return address;
  const whole = address.startsWith("/") ? `unix://${address}` : `tcp://${address}`;
  const hint = /^\/\S+$|^([\w.-]+|\[[\da-f:]+\])(:\d+)?$/i.test(address) ? `: write ${whole}` : "";
  throw new DockerUnreachable(
    `${name} is ${JSON.stringify(address)}, which is not the address of a Docker engine; allowed is ${ALLOWED}${hint}`,
  );
}

/** The chosen context; undefined for the one called default. */
function contextOf(env: Environment): NamedEngine | undefined {
  const folder = env.DOCKER_CONFIG || join(env.HOME ?? homedir(), ".docker");
  const file = join(folder, "config.json");
  const fromFile = existsSync(file) ? readJson<{ currentContext?: string }>(file).currentContext : undefined;
  const name = env.DOCKER_CONTEXT || fromFile || "default";
  if (name === "default") return undefined;
  const chosenBy = env.DOCKER_CONTEXT ? "DOCKER_CONTEXT" : file;
  // Docker's own scheme for these folders: https://github.com/docker/cli/tree/master/cli/context/store
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(folder, "contexts/meta", id, "meta.json");
  if (!existsSync(meta)) {
    throw new DockerUnreachable(
      `${chosenBy} selects the Docker context ${name}, which does not exist: docker context ls lists the existing ones, docker context use default selects this machine's engine`,
    );
  }
  const host = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(meta).Endpoints?.docker?.Host;
  if (!host) return undefined;
  const namedBy = `the Docker context ${name}`;
  const certificates = join(folder, "contexts/tls", id, "docker");
  return {
    address: checked(host, namedBy),
    namedBy,
    ...(existsSync(certificates) && { certificates }),
  };
}

/** The first existing socket among those where a local engine may listen; the system's if none exists. */
function socketOf(env: Environment, systemSocket: string): string {
  const rootless = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "docker.sock")] : [];
  const desktop = join(env.HOME ?? homedir(), ".docker/run/docker.sock");
  return [systemSocket, ...rootless, desktop].find((socket) => existsSync(socket)) ?? systemSocket;
}

function readJson<T extends object>(file: string): T {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return (typeof content === "object" && content !== null ? content : {}) as T;
  } catch (error) {
    throw new DockerUnreachable(
      `${file}, which says where the Docker engine is, cannot be read (${(error as Error).message}): correct it, or set docker.host`,
    );
  }
}
