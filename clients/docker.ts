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

const TIMEOUT_MS = 20_000;

/** The API of a Docker engine, version 1.41: https://docs.docker.com/reference/api/engine/version/v1.41/ */
export class DockerEngine {
  /** @param address unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>, as the docker command takes it */
  constructor(readonly address: string) {}

  /** @throws DockerUnreachable */
  async version(): Promise<string> {
    return (await this.get<{ Version: string }>("/version")).Version;
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
    const refusal = await this.refusalOf(`/distribution/${encodeURIComponent(image)}/json`);
    return refusal === undefined || [401, 403].includes(refusal.status) ? undefined : refusal.message;
  }

  /** Runs a command in a container that runs, and returns what it prints, errors included. */
  async execute(container: string, command: readonly string[]): Promise<string> {
    const options = { AttachStdout: true, AttachStderr: true, Tty: true, Cmd: command };
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    const { Id } = JSON.parse(await this.send("POST", path, options)) as { Id: string };
    return this.send("POST", `/exec/${Id}/start`, { Detach: false, Tty: true });
  }

  private async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.send("GET", path)) as T;
  }

  private async refusalOf(path: string): Promise<DockerRefusal | undefined> {
    try {
      await this.get(path);
      return undefined;
    } catch (error) {
      if (error instanceof DockerRefusal) return error;
      throw error;
    }
  }

  private send(method: "GET" | "POST", path: string, body?: object): Promise<string> {
    return new Promise((resolve, reject) => {
      const tunnel = this.address.startsWith("ssh:") ? openTunnel(this.address) : undefined;
      const request = this.request({ method, path: `/v1.41${path}` }, tunnel);
      const fail = async (error: Error) => {
        const reason = await tunnel?.close();
        reject(unreachable(this.address, reason ?? error));
      };
      request.setTimeout(TIMEOUT_MS, () =>
        request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
      );
      request.once("error", fail);
      request.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", fail);
        response.once("end", () => {
          tunnel?.close();
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status < 400) resolve(text);
          else reject(new DockerRefusal(status, reasonIn(text)));
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
