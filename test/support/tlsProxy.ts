import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { KeyPair } from "./certificates.ts";

/** Whether a chunk begins an HTTP request without the login. */
const isRefused = (chunk: Buffer, login: string) =>
  /^(GET|PUT|POST|DELETE) /.test(chunk.toString("latin1")) &&
  !chunk.includes(`Basic ${Buffer.from(login).toString("base64")}`);

function refuse(client: Socket, behind: Socket): void {
  client.unpipe(behind);
  behind.unpipe(client);
  behind.destroy();
  client.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

/** Speaks TLS in front of a server on this machine that does not. */
export class TlsProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  /**
   * @param port of the server behind the proxy
   * @param login `user:password` that each request must carry, in HTTP basic authentication
   */
  static async start({ certificate, key }: KeyPair, port: number, login?: string): Promise<TlsProxy> {
    const server = createServer({ cert: certificate, key }, (client) => {
      const behind = connect(port, "127.0.0.1");
      // If either end breaks off, the other one ends too.
      client.on("error", () => behind.destroy());
      behind.on("error", () => client.destroy());
      if (login !== undefined)
        client.on("data", (chunk) => isRefused(chunk, login) && refuse(client, behind));
      client.pipe(behind).pipe(client);
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
