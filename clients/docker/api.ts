import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { join } from "node:path";
import { withoutBrackets } from "../../lib/withoutBrackets.ts";
import { certificatesFor } from "./context.ts";
import { DockerRefusal, DockerUnreachable, unreachable } from "./errors.ts";
import { openTunnel, type Tunnel } from "./tunnel.ts";

/** A request to an engine. */
export interface EngineQuestion {
  /** GET unless given. */
  readonly method?: "GET" | "POST" | "DELETE";
  /** Including the API version. */
  readonly path: string;
  readonly body?: object;
  /** How long an answer may take, 20 s unless given. */
  readonly timeoutMs?: number;
}

/** A successful answer. */
export interface EngineAnswer {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT_MS = 20_000;

/**
 * Sends a request to a Docker engine over its socket, TCP or ssh.
 *
 * @param address unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>, as for the docker command
 * @throws DockerUnreachable, DockerRefusal
 */
export function askEngine(
  address: string,
  { method = "GET", path, body, timeoutMs = TIMEOUT_MS }: EngineQuestion,
): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const tunnel = address.startsWith("ssh:") ? openTunnel(address) : undefined;
    const request = requestTo(address, { method, path }, tunnel);
    // Not the request's own time-out, which a tunnel does not have.
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const fail = async (error: Error) => {
      clearTimeout(timer);
      const reason = await tunnel?.close();
      reject(unreachable(address, reason ?? error));
    };
    request.once("error", fail);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", fail);
      response.once("end", () => {
        clearTimeout(timer);
        tunnel?.close();
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0, headers } = response;
        if (statusCode < 400) resolve({ headers, text });
        else reject(new DockerRefusal(address, statusCode, reasonIn(text)));
      });
    });
    if (body !== undefined) request.setHeader("content-type", "application/json");
    request.end(body && JSON.stringify(body));
  });
}

function requestTo(
  address: string,
  what: http.RequestOptions,
  tunnel: Tunnel | undefined,
): http.ClientRequest {
  const { protocol, hostname: host, port } = new URL(address);
  const hostname = withoutBrackets(host);
  const headers = { host: "docker" };
  if (tunnel) return http.request({ ...what, headers, createConnection: () => tunnel.connection });
  if (protocol === "unix:")
    return http.request({ ...what, headers, socketPath: address.slice("unix://".length) });
  const tls = certificates(address);
  return tls === undefined
    ? http.request({ ...what, hostname, port: port || 2375 })
    : https.request({ ...what, hostname, port: port || 2376, ...tls });
}

function certificates(address: string): { ca: Buffer; cert: Buffer; key: Buffer } | undefined {
  const folder = certificatesFor(address);
  if (folder === undefined) return undefined;
  const read = (name: string) => readFileSync(join(folder, name));
  try {
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } catch (error) {
    const where =
      folder === process.env.DOCKER_CERT_PATH
        ? `DOCKER_CERT_PATH is ${folder}`
        : `The Docker context has ${folder}`;
    throw new DockerUnreachable(
      `${where}, which should contain ca.pem, cert.pem and key.pem (${(error as Error).message}): set it to the folder that contains them, or unset it for an engine without TLS`,
    );
  }
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
