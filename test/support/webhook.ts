import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { WebhookMessage } from "../../apps/notifier/webhookMessage.ts";
import type { KeyPair } from "./certificates.ts";

/** How a request goes wrong. `accepted`: the message has arrived even so. */
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

/** A request as it came in; `at` in epoch ms. */
export interface WebhookRequest {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly message: WebhookMessage;
}

/** A local HTTP server that takes what Alertmanager posts, and fails when told to. */
export class WebhookStandIn {
  readonly requests: WebhookRequest[] = [];
  /** The messages that have arrived. */
  readonly messages: WebhookMessage[] = [];
  readonly #faults: WebhookFault[] = [];
  readonly #tls: KeyPair | undefined;
  #server: Server | undefined;
  #port = 0;

  /** @param tls makes it an HTTPS server */
  constructor(tls?: KeyPair) {
    this.#tls = tls;
  }

  get url(): string {
    return `${this.#tls === undefined ? "http" : "https"}://127.0.0.1:${this.#port}/hook?key=secret`;
  }

  /** What was told, repetitions included, e.g. `firing dopey/cpu4 2026-01-05T13:00:00.000Z`. */
  get told(): string[] {
    return this.messages.flatMap(({ alerts }) =>
      alerts.map(({ status, labels, startsAt }) => `${status} ${labels.series} ${startsAt}`),
    );
  }

  async start(): Promise<this> {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server =
      this.#tls === undefined
        ? createServer(serve)
        : createTlsServer({ cert: this.#tls.certificate, key: this.#tls.key }, serve);
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Lets the next requests go wrong, after faults given before. */
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
