import { variable } from "./loopback.ts";
import { UserError } from "./userError.ts";

/**
 * The address of the proxy that the environment sets for a URL, chosen as curl does; undefined if the URL is reached
 * directly. Node itself ignores these variables.
 * Source: https://everything.curl.dev/usingcurl/proxies/env.html
 *
 * @throws UserError if it is not the address of an HTTP proxy
 */
export function proxyOf(url: URL, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const own = `${url.protocol.slice(0, -1)}_proxy`;
  const name = variable(own, env) ? own : "all_proxy";
  const proxy = variable(name, env);
  if (!proxy || isLoopback(url.hostname)) return undefined;
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const spared = (variable("no_proxy", env) ?? "").split(/[\s,]+/).some((entry) => {
    const [, name = "", ownPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === "*") return true;
    return name !== "" && (ownPort ?? port) === port && (host === name || host.endsWith(`.${name}`));
  });
  if (spared) return undefined;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (/^https?:/i.test(address) && URL.canParse(address)) return address;
  const spelled = env[name] ? name : name.toUpperCase();
  throw new UserError(
    `${spelled} is ${withoutLogin(proxy)}; allowed is the address of an HTTP proxy, such as http://proxy:3128: set ${own} to one, or add ${host} to no_proxy if it is reached directly`,
  );
}

/** `http://(login)@proxy:3128` of `http://user:secret@proxy:3128`. */
export const withoutLogin = (address: string) => address.replace(/^([a-z0-9+.-]+:\/\/)?.*@/i, "$1(login)@");

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);
