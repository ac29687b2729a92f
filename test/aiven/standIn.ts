import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { flinkApplicationRoutes } from "./flink/applications.ts";
import { flinkDeploymentRoutes } from "./flink/deployments.ts";
import { flinkVersionRoutes } from "./flink/versions.ts";
import { ApiError, errorBody } from "./http/apiError.ts";
import { type Fault, Faults } from "./http/faults.ts";
import { Router } from "./http/router.ts";
import { integrationRoutes } from "./integrations.ts";
import { aclRoutes } from "./kafka/acls.ts";
import { standardKafkaRoutes } from "./kafka/standard.ts";
import { topicRoutes } from "./kafka/topics.ts";
import { type Settings, type StandInOptions, withDefaults } from "./options.ts";
import { projectRoutes } from "./project.ts";
import { seed } from "./services/newService.ts";
import { serviceRoutes } from "./services/services.ts";
import { userRoutes } from "./services/userRoutes.ts";
import { State } from "./state.ts";

/** A request as received, and its outcome. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Its JSON; undefined if it had none. */
  readonly body: unknown;
  /** Epoch ms. */
  readonly at: number;
  /** The status sent; undefined before that, and forever if a fault withholds the response. */
  status: number | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A local HTTP server that behaves like Aiven's REST API, to the extent that Aiven's Pulumi provider uses it for Kafka,
 * PostgreSQL, OpenSearch and Flink. Wording and statuses are Aiven's where its documentation, its clients or users'
 * reports show them.
 */
export class AivenStandIn {
  readonly state = new State();
  readonly requests: LoggedRequest[] = [];
  /** The highest number of requests that were waiting for a response at the same time. */
  mostAtOnce = 0;
  /** "GET /v1/…" of every request that no route here handles. */
  readonly unknownRoutes: string[] = [];
  readonly #faults = new Faults();
  readonly #settings: Settings;
  readonly #router: Router;
  readonly #server: Server;

  private constructor(settings: Settings) {
    const { state } = this;
    this.#settings = settings;
    for (const service of settings.services) seed(settings, state, service);
    this.#router = new Router([
      ...projectRoutes(settings, state),
      ...serviceRoutes(settings, state),
      ...userRoutes(settings, state),
      ...aclRoutes(state),
      ...topicRoutes(state),
      ...standardKafkaRoutes(settings),
      ...integrationRoutes(settings, state),
      ...flinkApplicationRoutes(state),
      ...flinkVersionRoutes(state),
      ...flinkDeploymentRoutes(settings, state),
    ]);
    this.#server = createServer((request, response) => {
      // Only the connection can fail here: the client is gone.
      this.#serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** Starts one on 127.0.0.1. */
  static async start(options: StandInOptions = {}): Promise<AivenStandIn> {
    const standIn = new AivenStandIn(withDefaults(options));
    standIn.#server.listen(options.port ?? 0, "127.0.0.1");
    await once(standIn.#server, "listening");
    return standIn;
  }

  /** Base URL, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Environment variables that send Aiven's provider here. */
  get environment() {
    return { AIVEN_WEB_URL: this.url, AIVEN_TOKEN: this.#settings.token };
  }

  /** Makes the next requests of a kind fail, after any faults given earlier. */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Removes all faults. */
  heal(): void {
    this.#faults.clear();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "";
    const path = new URL(request.url ?? "", this.url).pathname;
    const body = await bodyOf(request);
    const logged: LoggedRequest = { method, path, body, at: Date.now(), status: undefined };
    this.requests.push(logged);
    const waiting = this.requests.filter((other) => other.status === undefined).length;
    this.mostAtOnce = Math.max(this.mostAtOnce, waiting);
    const fault = this.#faults.take(method, path);
    const carriedOut = fault?.status === undefined || fault.after === "after the effect";
    const answer = carriedOut ? await this.#answer(logged, request.headers.authorization) : undefined;
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault?.status === "hang") return;
    if (fault?.status === "drop") return void request.socket.destroy();
    const { status, body: json } = (fault?.status === undefined && answer) || failure(fault);
    logged.status = status;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  }

  async #answer({ method, path, body }: LoggedRequest, authorization = ""): Promise<Answer> {
    const { token, project } = this.#settings;
    try {
      if (![`aivenv1 ${token}`, `Bearer ${token}`].includes(authorization))
        throw new ApiError(401, "Invalid token");
      const match = this.#router.find(method, path);
      if (match === undefined) {
        this.unknownRoutes.push(`${method} ${path}`);
        throw new ApiError(404, `The stand-in knows no ${method} ${path}`);
      }
      if ((match.params.project ?? project) !== project) throw new ApiError(403, "Not a project member");
      if (body instanceof SyntaxError) throw new ApiError(400, `Invalid JSON: ${body.message}`);
      return { status: 200, body: await match.handle(body) };
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError(500, `Stand-in failed: ${error}`);
      return { status: known.status, body: known.body };
    }
  }
}

function failure(fault: Fault | undefined): Answer {
  const status = Number(fault?.status);
  return { status, body: errorBody(status, fault?.message ?? `Injected fault: ${status}`) };
}

/** The JSON of a request, or what is wrong with it if it is not JSON. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const json = Buffer.concat(chunks).toString();
  if (json === "") return undefined;
  try {
    return JSON.parse(json);
  } catch (error) {
    return error;
  }
}
