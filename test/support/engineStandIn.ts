import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Answers {
  /** Images that the engine has. */
  readonly images?: readonly string[];
  /** What the registry says of others, by image: a status and a message; it has them where it says nothing. */
  readonly registry?: Readonly<Record<string, readonly [number, string]>>;
  /** Ports that containers of the stack have. */
  readonly ports?: readonly number[];
  /** How the stack's containers are, by name. */
  readonly containers?: Readonly<Record<string, string>>;
}

/** Answers what a check asks of a Docker engine, at a socket of its own, as engines 20.10 to 28 do. */
export class EngineStandIn {
  readonly asked: string[] = [];

  private constructor(
    readonly socket: string,
    private readonly directory: string,
    private readonly server: Server,
  ) {}

  static async start(answers: Answers = {}): Promise<EngineStandIn> {
    const { images = [], registry = {}, ports = [], containers = { c: "running" } } = answers;
    const directory = mkdtempSync(join(tmpdir(), "streaming-docker-"));
    const socket = join(directory, "docker.sock");
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? "").replace(/^\/v1\.41/, "");
      standIn.asked.push(`${request.method} ${path}`);
      const image = /^\/(?:images|distribution)\/(.+)\/json$/.exec(path)?.[1] ?? "";
      const [status, body] = path.startsWith("/containers/json")
        ? [
            200,
            Object.entries(containers).map(([name, State]) => ({
              Names: [`/${name}`],
              State,
              Status: State,
              Ports: ports.map((PublicPort) => ({ PublicPort })),
            })),
          ]
        : path.startsWith("/images/") && !images.includes(image)
          ? [404, { message: `No such image: ${image}` }]
          : path.startsWith("/distribution/") && registry[image]
            ? [registry[image][0], { message: registry[image][1] }]
            : [200, { Version: "20.10.24" }];
      response.writeHead(status as number, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
    const standIn = new EngineStandIn(socket, directory, server);
    server.listen(socket);
    await once(server, "listening");
    return standIn;
  }

  get address(): string {
    return `unix://${this.socket}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
    rmSync(this.directory, { recursive: true, force: true });
  }
}
