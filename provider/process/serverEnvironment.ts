import type { ServerInputs } from "./serverInputs.ts";

/** What programs need to run, and the proxies, in both common spellings. */
const INHERITED = [
  ...["PATH", "HOME", "TMPDIR"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
];

const LOCALE = ["LANG", "LC_ALL"];

/**
 * Only what is needed: our tokens and passphrases must not reach a server. Its time zone is UTC and its encoding UTF-8,
 * whoever starts it. Without UTF-8, Java cannot even open a folder whose name is not ASCII.
 */
export function serverEnvironment(inputs: ServerInputs): NodeJS.ProcessEnv {
  // macOS, where UTF-8 is the default, has no such locale, and PostgreSQL would refuse it.
  const locale = process.platform === "linux" ? { LC_ALL: "C.UTF-8" } : inherited(LOCALE);
  return { ...inherited(INHERITED), ...locale, TZ: "UTC", ...inputs.environment };
}

/** A keeper's environment, from which a server that it starts again gets the same environment as before. */
export const keeperEnvironment = (): NodeJS.ProcessEnv => inherited([...INHERITED, ...LOCALE]);

function inherited(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
