import { TLSSocket } from "node:tls";
import {
  Agent,
  buildConnector,
  type Dispatcher,
  fetch,
  ProxyAgent,
  type RequestInit,
  type Response,
} from "undici";
import { noteExpiry } from "./certificateExpiry.ts";
import { proxyOf } from "./proxies.ts";

/** How a server is verified and reached. */
export interface Route {
  /** The certificate authority (PEM); the system's authorities if undefined. */
  readonly ca: string | undefined;
  readonly byProxy: boolean;
}

/** One for each route, so that connections are reused. */
const agents = new Map<string, Dispatcher>();

/** The connection pool for an address. */
export function agentFor(url: URL, { ca, byProxy }: Route): Dispatcher {
  const proxy = byProxy ? proxyOf(url) : undefined;
  const key = JSON.stringify([proxy, ca]);
  const agent = agents.get(key) ?? newAgent(proxy, ca);
  agents.set(key, agent);
  return agent;
}

/** `fetch` through the proxy that the environment sets for an address, for libraries that take a `fetch`. */
export async function fetchByProxy(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const target = new URL(url);
  if (proxyOf(target) === undefined) return fetch(url, init);
  return fetch(url, { ...init, dispatcher: agentFor(target, { ca: undefined, byProxy: true }) });
}

function newAgent(proxy: string | undefined, ca: string | undefined): Dispatcher {
  const tls = ca === undefined ? {} : { ca };
  return proxy === undefined
    ? new Agent({ connect: connector(tls) })
    : new ProxyAgent({ uri: proxy, requestTls: tls });
}

/** Connects as undici does by default, but the error of an expired certificate says when it expired. */
function connector(tls: { readonly ca?: string }): buildConnector.connector {
  const connect = buildConnector(tls);
  return (options, callback) => {
    // It returns the socket, which its type leaves out.
    const socket: unknown = connect(options, callback);
    if (socket instanceof TLSSocket) noteExpiry(socket);
  };
}
