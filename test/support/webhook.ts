import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { WebhookMessage } from "../../apps/notifier/webhookMessage.ts";
import type { KeyPair } from "./certificates.ts";
import { StoppableServer } from "./stoppableServer.ts";

/** How a request fails. `accepted`: the message has arrived anyway. */
export type WebhookFault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: "hang"; readonly accepted?: boolean }
  | { readonly kind: "drop"; readonly accepted?: boolean }
  | { readonly kind: "slow"; readonly ms: number };

/** A request as received; `at` in epoch ms. */
export interface WebhookRequest {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly message: WebhookMessage;
}

/** A local HTTP server that accepts what Alertmanager posts, and fails on demand. */
export class WebhookStandIn {
  readonly requests: WebhookRequest[] = [];
  /** The messages that have arrived. */
  readonly messages: WebhookMessage[] = [];
  readonly #faults: WebhookFault[] = [];
  readonly #scheme: "http" | "https";
  readonly #server: StoppableServer;

  /** @param tls makes it an HTTPS server */
  constructor(tls?: KeyPair) {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#scheme = tls === undefined ? "http" : "https";
    this.#server = new StoppableServer(() =>
      tls === undefined
        ? createServer(serve)
        : createTlsServer({ cert: tls.certificate, key: tls.key }, serve),
    );
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#server.port}/hook?key=secret`;
  }

  /** What was posted, repetitions included, e.g. `firing dopey/cpu4 2026-01-05T13:00:00.000Z`. */
  get told(): string[] {
    return this.messages.flatMap(({ alerts }) =>
      alerts.map(({ status, labels, startsAt }) => `${status} ${labels.series} ${startsAt}`),
    );
  }

  async start(): Promise<this> {
    await this.#server.start();
    return this;
  }

  /** From now on connections are refused. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Makes the next requests fail, after any faults given earlier. */
  fail(fault: WebhookFault, times = 1): void {
    this.#faults.push(...Array.from({ length: times }, () => fault));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const message: WebhookMessage = JSON.parse(Buffer.concat(chunks).toString());
    this.requests.push({ at: Date.now(), path: request.url ?? "", headers: request.headers, message });
    const fault = this.#faults.shift();
    if (fault === undefined || fault.kind === "slow" || ("accepted" in fault && fault.accepted === true)) {
      this.messages.push(message);
    }
    switch (fault?.kind) {
      case undefined:
        return void response.writeHead(200).end();
      case "status":
        return void response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      case "slow":
        return void setTimeout(() => response.writeHead(202).end(), fault.ms);
      case "drop":
        return void request.socket.destroy();
      case "hang":
        return;
    }
  }
}
