import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { KeyPair } from "./certificates.ts";

/** Speaks TLS in front of a server of this machine that does not. */
export class TlsProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  /** @param port of the server behind */
  static async start({ certificate, key }: KeyPair, port: number): Promise<TlsProxy> {
    const server = createServer({ cert: certificate, key }, (client) => {
      const behind = connect(port, "127.0.0.1");
      client.pipe(behind).pipe(client);
      // Either end may break off; the other then ends too.
      client.on("error", () => behind.destroy());
      behind.on("error", () => client.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TlsProxy(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
