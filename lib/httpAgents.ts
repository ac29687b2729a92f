import { TLSSocket } from "node:tls";
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from "undici";
import { noteExpiry } from "./certificateExpiry.ts";
import { proxyOf } from "./proxies.ts";

/** Who a server is verified against, and whether it is reached by a proxy. */
export interface Route {
  /** PEM; the system's authorities if undefined. */
  readonly ca: string | undefined;
  readonly byProxy: boolean;
}

/** One of a kind, so that their connections are used again. */
const agents = new Map<string, Dispatcher>();

/** What keeps the connections to an address. */
export function agentFor(url: URL, { ca, byProxy }: Route): Dispatcher {
  const proxy = byProxy ? proxyOf(url) : undefined;
  const key = JSON.stringify([proxy, ca]);
  const agent = agents.get(key) ?? newAgent(proxy, ca);
  agents.set(key, agent);
  return agent;
}

function newAgent(proxy: string | undefined, ca: string | undefined): Dispatcher {
  const tls = ca === undefined ? {} : { ca };
  return proxy === undefined
    ? new Agent({ connect: connector(tls) })
    : new ProxyAgent({ uri: proxy, requestTls: tls });
}

/** As undici connects by itself; and the error of an expired certificate says since when. */
function connector(tls: { readonly ca?: string }): buildConnector.connector {
  const connect = buildConnector(tls);
  return (options, callback) => {
    // It returns the socket, which its type leaves out.
    const socket: unknown = connect(options, callback);
    if (socket instanceof TLSSocket) noteExpiry(socket);
  };
}
