import { isIP } from "node:net";
import type { ServiceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import { isObject, violation } from "../http/schema.ts";
import { DEFAULTS, ONLY_AT_CREATION, USER_CONFIG } from "./userConfigSchema.ts";

type UserConfig = Readonly<Record<string, unknown>>;

/** The settings of a new service: those given, and the defaults. */
export function newUserConfig(type: ServiceType, given: UserConfig): UserConfig {
  check(type, given);
  return merged(DEFAULTS[type], given);
}

/** The settings after a change; null resets a setting to its default. */
export function changedUserConfig(type: ServiceType, current: UserConfig, change: UserConfig): UserConfig {
  check(type, change);
  for (const name of ONLY_AT_CREATION[type]) {
    const value = change[name] ?? current[name];
    if (value !== current[name])
      throw new ApiError(400, `Invalid user_config: changing ${name} of an existing service is not allowed`);
  }
  return merged(DEFAULTS[type], merged(current, change));
}

function check(type: ServiceType, config: UserConfig): void {
  const wrong = violation(config, USER_CONFIG[type]);
  if (wrong !== undefined) throw new ApiError(400, `Invalid input for user_config: ${wrong}`);
  for (const entry of Array.isArray(config.ip_filter) ? config.ip_filter : []) {
    const network = isObject(entry) ? entry.network : entry;
    if (!isNetwork(network)) throw new ApiError(400, `Invalid 'user_config' ip_filter value '${network}'`);
  }
}

/** An address, alone or with a prefix length. */
function isNetwork(text: unknown): boolean {
  const [, address = "", prefix = "0"] = /^([^/]+)(?:\/(\d+))?$/.exec(String(text)) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function merged(base: UserConfig, change: UserConfig): UserConfig {
  const entries = Object.entries(change).map(([key, value]) => {
    const before = base[key];
    return [key, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  const all = Object.entries({ ...base, ...Object.fromEntries(entries) });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}
