import { fetch, ProxyAgent, type RequestInit, type Response } from "undici";
import { variable } from "./loopback.ts";

/**
 * `fetch` through the proxy that the environment sets for an address, chosen as curl does; Node's own fetch ignores
 * these variables.
 * Source: https://everything.curl.dev/usingcurl/proxies/env.html
 */
export function fetchByProxy(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const proxy = proxyOf(new URL(url));
  return fetch(url, proxy === undefined ? init : { ...init, dispatcher: agentOf(proxy) });
}

/** The address of the proxy to use for a URL; undefined if it is reached directly. */
export function proxyOf(url: URL, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const proxy = variable(`${url.protocol.slice(0, -1)}_proxy`, env) || variable("all_proxy", env);
  if (!proxy || isLoopback(url.hostname)) return undefined;
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const spared = (variable("no_proxy", env) ?? "").split(/[\s,]+/).some((entry) => {
    const [, name = "", ownPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === "*") return true;
    return name !== "" && (ownPort ?? port) === port && (host === name || host.endsWith(`.${name}`));
  });
  if (spared) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);

const agents = new Map<string, ProxyAgent>();

function agentOf(proxy: string): ProxyAgent {
  const agent = agents.get(proxy) ?? new ProxyAgent(proxy);
  agents.set(proxy, agent);
  return agent;
}
