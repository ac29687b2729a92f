import { variable } from "./loopback.ts";

/**
 * The address of the proxy that the environment sets for a URL, chosen as curl does; undefined if the URL is reached
 * directly. Node itself ignores these variables.
 * Source: https://everything.curl.dev/usingcurl/proxies/env.html
 */
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
