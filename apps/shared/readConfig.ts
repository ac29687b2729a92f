import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { OptionProblem } from "./readOptions.ts";

/** The config of an app. */
export interface Config {
  readonly kafka: KafkaConnection;
  /** Not validated yet. */
  readonly options: object;
}

const SECURITY = v.variant("protocol", [
  v.object({ protocol: v.literal("PLAINTEXT") }),
  v.object({
    protocol: v.literal("SSL"),
    ca: v.exactOptional(v.string()),
    certificate: v.string(),
    key: v.string(),
  }),
  v.object({
    protocol: v.literal("SASL_SSL"),
    mechanism: v.picklist(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
    username: v.string(),
    password: v.string(),
    ca: v.exactOptional(v.string()),
  }),
]);

const SERVERS = /^\s*[^\s,]+:\d{1,5}\s*(,\s*[^\s,]+:\d{1,5}\s*)*$/;

const CONFIG = v.object({
  kafka: v.object({ bootstrapServers: v.pipe(v.string(), v.regex(SERVERS)), security: SECURITY }),
  options: v.optional(v.record(v.string(), v.unknown()), {}),
});

const FORM =
  'a JSON file that holds {"kafka":{"bootstrapServers":"host:port","security":{"protocol":"PLAINTEXT"}}}';

/** By the last part of the path. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ["kafka", '{"bootstrapServers":…,"security":…}'],
  ["bootstrapServers", "addresses with ports, separated by commas, such as kafka-1:9092,kafka-2:9092"],
  ["security", '{"protocol":"PLAINTEXT"}, or what SSL or SASL_SSL needs besides'],
  ["protocol", "PLAINTEXT, SSL or SASL_SSL"],
  ["mechanism", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"],
  ["options", "an object"],
]);

/** The others may be secret. */
const SHOWN: readonly string[] = ["bootstrapServers", "protocol", "mechanism"];

/**
 * Reads the config file of an app.
 *
 * @returns the config, or every problem with it
 */
export function readConfig(
  file: string | undefined,
): { readonly config: Config } | { readonly problems: readonly OptionProblem[] } {
  const wrong = (allowed: string) => ({ problems: [{ name: "--config", value: file, allowed }] });
  if (file === undefined) return wrong(FORM);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // The message about text that is not JSON quotes it, and it may hold a password.
    const reason = error instanceof SyntaxError ? "not JSON" : (error as Error).message;
    return wrong(`${FORM}; this one cannot be read: ${reason}`);
  }
  const { success, output, issues } = v.safeParse(CONFIG, json);
  if (success) return { config: output };
  if (issues.some(({ path }) => path === undefined)) return wrong(FORM);
  const problems = issues.map(({ path = [], input }) => {
    const keys = path.map(({ key }) => String(key));
    const last = keys.at(-1) ?? "";
    const value = SHOWN.includes(last) || input === undefined ? input : "(not shown)";
    return { name: `${keys.join(".")} in ${file}`, value, allowed: ALLOWED.get(last) ?? "a text" };
  });
  return { problems };
}
