const LOOPBACK = ["127.0.0.1", "localhost", "::1"];
const PROXIES = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"];

/**
 * Excludes this machine from proxying, in this process and all that it starts: gRPC, which the Pulumi engine uses to
 * talk to programs and providers, would otherwise use the proxy even for 127.0.0.1.
 */
export function spareLoopback(env: NodeJS.ProcessEnv = process.env): void {
  if (!PROXIES.some((name) => variable(name, env))) return;
  const others = variable("no_proxy", env);
  env.no_grpc_proxy = withLoopback(env.no_grpc_proxy || others);
  // A star means every host, but only if it stands alone.
  const all = others?.trim() === "*" ? others : withLoopback(others);
  env.no_proxy = all;
  env.NO_PROXY = all;
}

function withLoopback(hosts = ""): string {
  const listed = hosts.split(/[\s,]+/).filter((host) => host !== "");
  return [...new Set([...listed, ...LOOPBACK])].join(",");
}

/** The value of a variable in its lower-case or upper-case spelling; lower case is the older convention. */
export const variable = (name: string, env: NodeJS.ProcessEnv) => env[name] || env[name.toUpperCase()];
