import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { join } from "node:path";
import { unreachable } from "./dockerErrors.ts";
import { openTunnel, type Tunnel } from "./dockerTunnel.ts";

/** An engine that refuses a request. */
export class DockerRefusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

/** A container as far as its engine lists it. */
export interface ListedContainer {
  readonly name: string;
  /** Such as `running` or `exited`. */
  readonly state: string;
  /** In words, such as `Up 2 minutes (healthy)`. */
  readonly status: string;
  /** Ports of the engine's machine that it has. */
  readonly ports: readonly number[];
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT_MS = 20_000;
/** The engine gives a registry that says nothing up after 15 s, and tries it in two ways. */
const REGISTRY_TIMEOUT_MS = 60_000;

/**
 * The API of a Docker engine, in the engine's own version: engines differ in which older ones they know, and what is
 * asked here is the same from 1.41 on. Source: https://docs.docker.com/reference/api/engine/
 */
export class DockerEngine {
  private version: Promise<string> | undefined;

  /** @param address unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>, as the docker command takes it */
  constructor(readonly address: string) {}

  /**
   * @returns the version of its API, such as `1.41`
   * @throws DockerUnreachable
   */
  apiVersion(): Promise<string> {
    this.version ??= this.askVersion();
    return this.version;
  }

  /** The containers of a label, such as `streaming.stack=docker`, those that have ended included. */
  async containers(label: string): Promise<ListedContainer[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
    const listed = await this.get<
      { Names: string[]; State: string; Status: string; Ports: { PublicPort?: number }[] }[]
    >(`/containers/json?all=true&filters=${filters}`);
    return listed.map(({ Names, State, Status, Ports }) => ({
      name: (Names[0] ?? "").replace(/^\//, ""),
      state: State,
      status: Status,
      ports: Ports.flatMap(({ PublicPort }) => PublicPort ?? []),
    }));
  }

  async hasImage(image: string): Promise<boolean> {
    return (await this.refusalOf(`/images/${encodeURIComponent(image)}/json`)) === undefined;
  }

  /**
   * Asks the engine to ask the registry for an image, without pulling it.
   *
   * @returns what stands against it; nothing either where the registry wants a login, which only a pull brings along
   */
  async pullProblem(image: string): Promise<string | undefined> {
    const path = `/distribution/${encodeURIComponent(image)}/json`;
    const refusal = await this.refusalOf(path, REGISTRY_TIMEOUT_MS);
    return refusal === undefined || [401, 403].includes(refusal.status) ? undefined : refusal.message;
  }

  /** Runs a command in a container that runs, and returns what it prints, errors included. */
  async execute(container: string, command: readonly string[]): Promise<string> {
    const options = { AttachStdout: true, AttachStderr: true, Tty: true, Cmd: command };
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    const created = await this.ask({ method: "POST", path, body: options });
    const { Id } = JSON.parse(created) as { Id: string };
    return this.ask({ method: "POST", path: `/exec/${Id}/start`, body: { Detach: false, Tty: true } });
  }

  private async askVersion(): Promise<string> {
    // The one path that has no version: https://docs.docker.com/reference/api/engine/#api-version-negotiation
    const { headers } = await this.send({ method: "GET", path: "/_ping" });
    const version = headers["api-version"];
    if (typeof version === "string") return version;
    throw unreachable(this.address, new Error("what answers there is no Docker engine"));
  }

  private async get<T>(path: string, timeoutMs?: number): Promise<T> {
    return JSON.parse(await this.ask({ method: "GET", path, ...(timeoutMs && { timeoutMs }) })) as T;
  }

  private async refusalOf(path: string, timeoutMs?: number): Promise<DockerRefusal | undefined> {
    try {
      await this.get(path, timeoutMs);
      return undefined;
    } catch (error) {
      if (error instanceof DockerRefusal) return error;
      throw error;
    }
  }

  private async ask(question: Question): Promise<string> {
    const path = `/v${await this.apiVersion()}${question.path}`;
    return (await this.send({ ...question, path })).text;
  }

  private send({ method, path, body, timeoutMs = TIMEOUT_MS }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const tunnel = this.address.startsWith("ssh:") ? openTunnel(this.address) : undefined;
      const request = this.request({ method, path }, tunnel);
      const fail = async (error: Error) => {
        const reason = await tunnel?.close();
        reject(unreachable(this.address, reason ?? error));
      };
      request.setTimeout(timeoutMs, () =>
        request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      );
      request.once("error", fail);
      request.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", fail);
        response.once("end", () => {
          tunnel?.close();
          const text = Buffer.concat(chunks).toString();
          const { statusCode = 0, headers } = response;
          if (statusCode < 400) resolve({ headers, text });
          else reject(new DockerRefusal(statusCode, reasonIn(text)));
        });
      });
      if (body !== undefined) request.setHeader("content-type", "application/json");
      request.end(body && JSON.stringify(body));
    });
  }

  private request(what: http.RequestOptions, tunnel: Tunnel | undefined): http.ClientRequest {
    const { protocol, hostname, port } = new URL(this.address);
    const headers = { host: "docker" };
    if (tunnel) return http.request({ ...what, headers, createConnection: () => tunnel.connection });
    if (protocol === "unix:")
      return http.request({ ...what, headers, socketPath: this.address.slice("unix://".length) });
    const tls = certificates();
    return tls === undefined
      ? http.request({ ...what, hostname, port: port || 2375 })
      : https.request({ ...what, hostname, port: port || 2376, ...tls });
  }
}

/** As the docker command takes them for tcp://: https://docs.docker.com/engine/security/protect-access/ */
function certificates(): { ca: Buffer; cert: Buffer; key: Buffer } | undefined {
  const folder = process.env.DOCKER_CERT_PATH;
  if (!folder) return undefined;
  const read = (name: string) => readFileSync(join(folder, name));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
