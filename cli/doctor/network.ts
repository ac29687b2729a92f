import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../lib/finding.ts";
import { callHttp } from "../../lib/http.ts";
import { proxyOf, withoutLogin } from "../../lib/proxies.ts";

const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];

/**
 * The proxies that the environment names, without their passwords.
 *
 * @param fetches whether Maven has something to fetch
 */
export function proxies(
  fetches: boolean,
  env: NodeJS.ProcessEnv = process.env,
  mavenSettings = join(env.HOME ?? homedir(), ".m2/settings.xml"),
): Finding[] {
  const names = VARIABLES.flatMap((name) => [name, name.toUpperCase()]).filter((name) => env[name]);
  const set = names.map((name) => `${name}=${withoutLogin(env[name] ?? "")}`);
  if (set.length === 0) return [{ name: "Proxy", value: "none" }];
  const value = set.join(" ");
  const problem = unusable(env);
  if (problem !== undefined) return [{ name: "Proxy", value, trouble: { problem, stops: false } }];
  const isProxied = names.some((name) => !/^no_proxy$/i.test(name));
  if (!isProxied || !fetches || existsSync(mavenSettings)) return [{ name: "Proxy", value }];
  return [
    {
      name: "Proxy",
      value,
      trouble: {
        problem: `Maven does not use these variables, and there is no ${mavenSettings}.`,
        remedy: "Write the proxy there: https://maven.apache.org/guides/mini/guide-proxies.html.",
        stops: false,
      },
    },
  ];
}

/** Whether something can be downloaded from an address. Takes five seconds if it does not answer. */
export const answers = (url: string): Promise<boolean> =>
  callHttp(url, { method: "HEAD", deadline: 5_000, byProxy: true }).then(
    ({ isOk }) => isOk,
    () => false,
  );

/** Why requests to other machines would fail; undefined if they can use the proxy. */
function unusable(env: NodeJS.ProcessEnv): string | undefined {
  try {
    proxyOf(new URL("https://get.pulumi.com"), env);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
