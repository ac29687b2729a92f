const LOOPBACK = ["127.0.0.1", "localhost", "::1"];
const PROXIES = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"];

/**
 * Keeps what stays on this machine away from proxies, here and in all processes that are started from here: gRPC,
 * by which the Pulumi engine talks to programs and providers, would ask the proxy even for 127.0.0.1.
 */
export function spareLoopback(env: NodeJS.ProcessEnv = process.env): void {
  if (!PROXIES.some((name) => variable(name, env))) return;
  const others = variable("no_proxy", env);
  env.no_grpc_proxy = withLoopback(env.no_grpc_proxy || others);
  // A star stands for every host, but only on its own.
  const all = others?.trim() === "*" ? others : withLoopback(others);
  env.no_proxy = all;
  env.NO_PROXY = all;
}

function withLoopback(hosts = ""): string {
  const listed = hosts.split(/[\s,]+/).filter((host) => host !== "");
  return [...new Set([...listed, ...LOOPBACK])].join(",");
}

/** The value of a variable in its lower-case or upper-case spelling; the first is the older custom. */
export const variable = (name: string, env: NodeJS.ProcessEnv) => env[name] || env[name.toUpperCase()];
