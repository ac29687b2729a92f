import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Answer, SlackWorkspace } from "./slackWorkspace.ts";
import { StoppableServer } from "./stoppableServer.ts";

/** How a request fails. */
export type SlackFault =
  /** Responds with 429 and Retry-After, in whole seconds. */
  | { readonly kind: "rateLimited"; readonly retryAfter: number }
  /** Responds with an HTTP status, without carrying out the request or after it. */
  | { readonly kind: "status"; readonly status: number; readonly accepted?: boolean }
  /** Never responds, without carrying out the request or after it. */
  | { readonly kind: "hang"; readonly accepted?: boolean }
  /** Carries out the request and responds this many ms later. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Cuts the connection, without carrying out the request or after it. */
  | { readonly kind: "drop"; readonly accepted?: boolean }
  /** Responds with `{"ok":false,"error":…}`. */
  | { readonly kind: "error"; readonly error: string };

/** A request as received; `at` in epoch ms. */
export interface SlackRequest {
  readonly method: string;
  readonly at: number;
}

/** A local HTTP server that behaves like Slack's Web API, and fails like it on demand. */
export class SlackStandIn {
  readonly workspace = new SlackWorkspace();
  readonly requests: SlackRequest[] = [];
  readonly #faults = new Map<string, { readonly fault: SlackFault; left: number }[]>();
  readonly #server = new StoppableServer(() =>
    createServer((request, response) => void this.#serve(request, response)),
  );

  /** Base URL for clients; the same after a stop. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/api/`;
  }

  async start(): Promise<this> {
    await this.#server.start();
    return this;
  }

  /** From now on connections are refused. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Makes the next requests of a method, e.g. `chat.postMessage`, fail, after any faults given earlier. */
  fail(method: string, fault: SlackFault, times = 1): void {
    this.#faults.set(method, [...(this.#faults.get(method) ?? []), { fault, left: times }]);
  }

  /** Ends the faults of a method. */
  heal(method: string): void {
    this.#faults.delete(method);
  }

  /** How often a method was called. */
  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.url?.replace(/^\/api\//, "") ?? "";
    this.requests.push({ method, at: Date.now() });
    const body = await bodyOf(request);
    const fault = this.#nextFault(method);
    const carryOut = () => this.workspace.answer(method, body, request.headers.authorization ?? "");
    if (fault === undefined) return send(response, carryOut());
    if ("accepted" in fault && fault.accepted === true) carryOut();
    switch (fault.kind) {
      case "rateLimited":
        return send(response, { status: 429, retryAfter: fault.retryAfter, body: ERROR("ratelimited") });
      case "status":
        return send(response, { status: fault.status, body: ERROR("internal_error") });
      case "error":
        return send(response, { status: 200, body: ERROR(fault.error) });
      case "drop":
        request.socket.destroy();
        return;
      case "slow":
        return void setTimeout(send, fault.ms, response, carryOut());
      case "hang":
        return;
    }
  }

  #nextFault(method: string): SlackFault | undefined {
    const next = this.#faults.get(method)?.find(({ left }) => left > 0);
    if (next !== undefined) next.left--;
    return next?.fault;
  }
}

const ERROR = (error: string) => ({ ok: false, error });

function send(response: ServerResponse, { status, retryAfter, body }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  });
  response.end(JSON.stringify(body));
}

/** The arguments of a request, form-encoded or JSON. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (request.headers["content-type"]?.startsWith("application/json")) return JSON.parse(text);
  return Object.fromEntries(new URLSearchParams(text));
}
