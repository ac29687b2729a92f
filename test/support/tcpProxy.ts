import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { Lane } from "./lane.ts";

/** A connection: its ends, and the lanes to and from the server behind the proxy. */
interface Connection {
  readonly client: Socket;
  readonly behind: Socket;
  readonly lanes: Readonly<Record<Direction, Lane>>;
}

export type Direction = "there" | "back";

/** Stands in front of a server on this machine, and can drop or delay traffic like a broken network. */
export class TcpProxy {
  readonly #connections = new Set<Connection>();
  readonly #blocked = new Set<Direction>();
  #delayMs = 0;

  private constructor(
    private readonly server: Server,
    /** The port of the server behind the proxy. */
    private readonly target: number,
  ) {
    server.on("connection", (client) => this.#accept(client));
  }

  /** @param port of the server behind the proxy */
  static async start(port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(createServer({ noDelay: true }), port);
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections are open. */
  get connections(): number {
    return [...this.#connections].filter(({ client }) => !client.destroyed).length;
  }

  /**
   * From now on nothing passes on the open connections in either direction, and neither end is notified;
   * new connections pass.
   *
   * @returns how many connections are affected
   */
  halfOpen(): number {
    for (const { lanes } of this.#connections) for (const lane of Object.values(lanes)) lane.blocked = true;
    return this.connections;
  }

  /** From now on nothing passes in these directions, neither end is notified, and new connections get no answer. */
  block(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#blocked.add(direction);
    for (const { lanes } of this.#connections) {
      for (const direction of directions) lanes[direction].blocked = true;
    }
  }

  /** From now on everything is delayed by this long, in either direction. */
  delay(ms: number): void {
    this.#delayMs = ms;
    for (const { lanes } of this.#connections) for (const lane of Object.values(lanes)) lane.delayMs = ms;
  }

  /** Everything passes at once again, including what was held back. */
  restore(): void {
    this.#blocked.clear();
    this.delay(0);
    for (const connection of this.#connections) this.#release(connection);
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const { client, behind } of this.#connections) {
      client.destroy();
      behind.destroy();
    }
    await closed;
  }

  #accept(client: Socket): void {
    const behind = new Socket();
    behind.setNoDelay(true);
    const lanes = { there: new Lane(client, behind), back: new Lane(behind, client) };
    const connection = { client, behind, lanes };
    this.#connections.add(connection);
    for (const lane of Object.values(lanes)) lane.delayMs = this.#delayMs;
    const forget = () => {
      if (client.closed && behind.closed) this.#connections.delete(connection);
    };
    client.on("close", forget);
    behind.on("close", forget);
    // Without an answer there is no connection, whichever direction is blocked.
    for (const lane of Object.values(lanes)) lane.blocked = this.#blocked.size > 0;
    if (this.#blocked.size === 0) behind.connect(this.target, "127.0.0.1");
  }

  /** A client that has given up in the meantime does not reach the server any more. */
  #release({ client, behind, lanes }: Connection): void {
    if (behind.pending && client.destroyed) behind.destroy();
    else if (behind.pending) behind.connect(this.target, "127.0.0.1");
    for (const lane of Object.values(lanes)) lane.blocked = false;
  }
}
