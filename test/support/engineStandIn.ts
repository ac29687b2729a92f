import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The newest API version of an engine, and the oldest that it still supports. */
type ApiVersions = readonly [newest: number, oldest: number];

/** Those of engine 20.10. */
const DEFAULT_API: ApiVersions = [1.41, 1.12];

interface Answers {
  readonly api?: ApiVersions;
  /** Images that the engine has; image ids by name if the ids matter. */
  readonly images?: readonly string[] | Readonly<Record<string, string>>;
  /** What the registry answers about other images, by name: a status and a message; it has those not listed. */
  readonly registry?: Readonly<Record<string, readonly [number, string]>>;
  /** Ports that containers of the stack have. */
  readonly ports?: readonly number[];
  /** The state of the stack's containers, by name, such as `running` or `running (healthy)`. */
  readonly containers?: Readonly<Record<string, string>>;
  /** Id of the network that the containers are in. */
  readonly network?: string;
  /** Networks with the stack's label: ids by name. */
  readonly networks?: Readonly<Record<string, string>>;
  /** Names of volumes with the stack's label. */
  readonly volumes?: readonly string[];
  /** Those of them that containers have. */
  readonly usedVolumes?: readonly string[];
  /** Headers that it sends in addition to its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Why it cannot respond at all. */
  readonly broken?: string;
}

/** Responds to a Docker engine check on a separate socket, as engines from 20.10 on do. */
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
    const name = new RegExp(/"name":\["(.*?)"\]/.exec(path)?.[1] ?? "");
    const named = Object.keys(containers).filter((each) => name.test(`/${each}`));
    const listed = named.map((each) => {
      const status = containers[each] ?? "";
      return {
        Id: `id-of-${each}`,
        Names: [`/${each}`],
        State: status.split(" ")[0],
        Status: status,
        Ports: ports.map((PublicPort) => ({ PublicPort })),
        NetworkSettings: { Networks: { stack: { NetworkID: answers.network ?? "" } } },
      };
    });
    return [200, listed];
  }
  if (path.startsWith("/networks?")) {
    const listed = Object.entries(answers.networks ?? {}).map(([Name, Id]) => ({ Id, Name }));
    return [200, listed];
  }
  if (path.startsWith("/volumes?")) {
    const { volumes = [], usedVolumes = [] } = answers;
    const isListed = (name: string) => !path.includes('"dangling":["true"]') || !usedVolumes.includes(name);
    const listed = volumes.filter(isListed).map((Name) => ({ Name }));
    return [200, { Volumes: listed.length > 0 ? listed : null }];
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

/** As in https://github.com/moby/moby/blob/master/daemon/server/middleware/version.go. */
function versionProblem(version: string | undefined, [newest, oldest]: ApiVersions): string | undefined {
  const asked = Number(version ?? newest);
  if (asked < oldest) return `client version ${asked} is too old. Minimum supported API version is ${oldest}`;
  if (asked > newest) return `client version ${asked} is too new. Maximum supported API version is ${newest}`;
  return undefined;
}
