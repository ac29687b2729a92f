import { BlockList, isIP } from "node:net";
import { variable } from "./loopback.ts";
import { UserError } from "./userError.ts";
import { withoutBrackets } from "./withoutBrackets.ts";

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
  const host = withoutBrackets(url.hostname.toLowerCase()).replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const spared = (variable("no_proxy", env) ?? "").toLowerCase().split(/[\s,]+/);
  if (spared.some((entry) => means(entry, host, port))) return undefined;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (/^https?:/i.test(address) && URL.canParse(address)) return address;
  const spelled = env[name] ? name : name.toUpperCase();
  throw new UserError(
    `${spelled} is ${withoutLogin(proxy)}; allowed is the address of an HTTP proxy, such as http://proxy:3128: set ${own} to one, or add ${host} to no_proxy if it is reached directly`,
  );
}

/** Whether an entry of no_proxy means a host: a domain, an address, or a network such as 10.0.0.0/8; or one port of it. */
function means(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  // An IPv6 address without brackets has colons, but no port.
  const [, name = entry, ownPort = port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (ownPort !== port) return false;
  const [address = "", bits] = withoutBrackets(name).split("/");
  if (isIP(address) !== 0) return isIP(host) !== 0 && network(address, bits).check(host, familyOf(host));
  const domain = name.replace(/^\*?\./, "").replace(/\.$/, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

/** @param bits how many of the address count; all unless given, and none matches if it is no such number */
function network(address: string, bits: string | undefined): BlockList {
  const list = new BlockList();
  const most = isIP(address) === 4 ? 32 : 128;
  if (bits === undefined) list.addAddress(address, familyOf(address));
  else if (/^\d+$/.test(bits) && Number(bits) <= most)
    list.addSubnet(address, Number(bits), familyOf(address));
  return list;
}

const familyOf = (address: string) => (isIP(address) === 4 ? "ipv4" : "ipv6");

/** `http://(login)@proxy:3128` of `http://user:secret@proxy:3128`. */
export const withoutLogin = (address: string) => address.replace(/^([a-z0-9+.-]+:\/\/)?.*@/i, "$1(login)@");

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);
