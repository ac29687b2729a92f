import { type Direction, TcpProxy } from "../support/tcpProxy.ts";
import type { Preload } from "./preload/preload.ts";

/** Lets Flink's processes reach each server through proxies, which can fail as a network does. */
export class Network {
  private constructor(private readonly proxies: ReadonlyMap<string, TcpProxy>) {}

  /** @param ports of the servers, by name */
  static async start(preload: Preload, ports: ReadonlyMap<string, number>): Promise<Network> {
    const proxies = new Map<string, TcpProxy>();
    for (const [server, port] of ports) {
      const proxy = await TcpProxy.start(port);
      preload.route(port, proxy.port);
      proxies.set(server, proxy);
    }
    return new Network(proxies);
  }

  /** The servers that are reached through it. */
  get servers(): string[] {
    return [...this.proxies.keys()];
  }

  block(server: string, ...directions: readonly Direction[]): void {
    this.proxies.get(server)?.block(...directions);
  }

  delay(server: string, ms: number): void {
    this.proxies.get(server)?.delay(ms);
  }

  restore(server: string): void {
    this.proxies.get(server)?.restore();
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
  }
}
