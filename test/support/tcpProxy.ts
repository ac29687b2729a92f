import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Stands in front of a server of this machine, and can drop what passes as a broken network does. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(private readonly server: Server) {}

  /** @param port of the server behind */
  static async start(port: number): Promise<TcpProxy> {
    const server = createServer((client) => {
      const pair = [client, connect(port, "127.0.0.1")] as const;
      const [, behind] = pair;
      client.pipe(behind).pipe(client);
      proxy.pairs.add(pair);
      // Either end may break off; the other then ends too.
      client.on("error", () => behind.destroy());
      behind.on("error", () => client.destroy());
      client.on("close", () => proxy.pairs.delete(pair));
    });
    const proxy = new TcpProxy(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections stand. */
  get connections(): number {
    return this.pairs.size;
  }

  /**
   * From now on nothing passes on the connections that stand, in either direction, and neither end is told;
   * new connections pass.
   *
   * @returns how many they are
   */
  halfOpen(): number {
    for (const [client, behind] of this.pairs) {
      client.unpipe(behind).pause();
      behind.unpipe(client).pause();
    }
    return this.pairs.size;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const [client, behind] of this.pairs) {
      client.destroy();
      behind.destroy();
    }
    await closed;
  }
}
