import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on 127.0.0.1 that can be stopped, and restarted on the same port. */
export class StoppableServer {
  #server: Server | undefined;
  #port = 0;

  constructor(private readonly create: () => Server) {}

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#server = this.create();
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
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
}
