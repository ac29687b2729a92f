import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The newest version of an engine's API, and the oldest that it still knows. */
type ApiVersions = readonly [newest: number, oldest: number];

/** Of engine 20.10. */
const DEFAULT_API: ApiVersions = [1.41, 1.12];

interface Answers {
  readonly api?: ApiVersions;
  /** Images that the engine has; an id of an image by its name where the ids matter. */
  readonly images?: readonly string[] | Readonly<Record<string, string>>;
  /** What the registry says of others, by image: a status and a message; it has them where it says nothing. */
  readonly registry?: Readonly<Record<string, readonly [number, string]>>;
  /** Ports that containers of the stack have. */
  readonly ports?: readonly number[];
  /** How the stack's containers are, by name. */
  readonly containers?: Readonly<Record<string, string>>;
  /** Headers that it sends beside its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Why it cannot answer anything. */
  readonly broken?: string;
}

/** Answers what a check asks of a Docker engine, at a socket of its own, as engines from 20.10 on do. */
export class EngineStandIn {
  readonly asked: string[] = [];

  private constructor(
    readonly socket: string,
    private readonly directory: string,
    private readonly server: Server,
  ) {}

  static async start(answers: Answers = {}): Promise<EngineStandIn> {
    const directory = mkdtempSync(join(tmpdir(), "streaming-docker-"));
    const socket = join(directory, "docker.sock");
    const server = createServer((request, response) => {
      const asked = /^(?:\/v([\d.]+))?(.*)$/.exec(decodeURIComponent(request.url ?? ""));
      const [, version, path = ""] = asked ?? [];
      standIn.asked.push(`${request.method} ${path}`);
      const [status, body] = answerTo(path, version, answers);
      const [newest] = answers.api ?? DEFAULT_API;
      response.writeHead(status, {
        "content-type": "application/json",
        "api-version": newest,
        ...answers.headers,
      });
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

function answerTo(path: string, version: string | undefined, answers: Answers): [number, unknown] {
  const { images = [], registry = {}, ports = [], containers = { c: "running" } } = answers;
  if (answers.broken !== undefined) return [500, { message: answers.broken }];
  const problem = versionProblem(version, answers.api ?? DEFAULT_API);
  if (problem !== undefined) return [400, { message: problem }];
  if (path.startsWith("/containers/json")) {
    const listed = Object.entries(containers).map(([name, State]) => ({
      Names: [`/${name}`],
      State,
      Status: State,
      Ports: ports.map((PublicPort) => ({ PublicPort })),
    }));
    return [200, listed];
  }
  const [, kind, image = ""] = /^\/(images|distribution)\/(.+)\/json$/.exec(path) ?? [];
  const ids = Array.isArray(images)
    ? Object.fromEntries(images.map((name) => [name, `sha256:${name}`]))
    : images;
  if (kind === "images") {
    return image in ids ? [200, { Id: ids[image] }] : [404, { message: `No such image: ${image}` }];
  }
  const refusal = kind === "distribution" ? registry[image] : undefined;
  return refusal ? [refusal[0], { message: refusal[1] }] : [200, {}];
}

/** As https://github.com/moby/moby/blob/master/daemon/server/middleware/version.go has it. */
function versionProblem(version: string | undefined, [newest, oldest]: ApiVersions): string | undefined {
  const asked = Number(version ?? newest);
  if (asked < oldest) return `client version ${asked} is too old. Minimum supported API version is ${oldest}`;
  if (asked > newest) return `client version ${asked} is too new. Maximum supported API version is ${newest}`;
  return undefined;
}
