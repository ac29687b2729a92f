import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../lib/finding.ts";

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
  const set = names.map((name) => `${name}=${withoutPassword(env[name] ?? "")}`);
  if (set.length === 0) return [{ name: "Proxy", value: "none" }];
  const value = set.join(" ");
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

/** `http://proxy:3128` of `http://user:secret@proxy:3128`. */
const withoutPassword = (address: string) => address.replace(/^([a-z0-9+.-]+:\/\/)?.*@/i, "$1(login)@");
