import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { KafkaConnection } from "../../clients/kafka.ts";
import {
  DeliveryError,
  GeneratorOptionsError,
  parseGeneratorOptions,
  type RawGeneratorOptions,
  runGenerator,
} from "./generator.ts";

/*
 * node --import tsx apps/generator/main.ts --config <file.json>
 *
 * The file holds {"kafka": KafkaConnection, "options": RawGeneratorOptions}: a command line, unlike a file,
 * can be read by everyone on the machine.
 */

interface Config {
  readonly kafka: KafkaConnection;
  readonly options?: RawGeneratorOptions;
}

function readConfig(): Config {
  const { values } = parseArgs({ options: { config: { type: "string" } }, strict: false });
  const file = values.config;
  const config = typeof file === "string" ? (readJson(file) as Partial<Config> | null) : undefined;
  if (config?.kafka?.bootstrapServers !== undefined && config.kafka.security !== undefined) {
    return { ...config, kafka: config.kafka };
  }
  const allowed = 'a JSON file that holds {"kafka":{"bootstrapServers":…,"security":…},"options":{…}}';
  throw new GeneratorOptionsError([{ name: "--config", value: file, allowed }]);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

const stop = new AbortController();
// Once: a second signal ends the process at once.
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

try {
  const { kafka, options = {} } = readConfig();
  await runGenerator({
    connection: kafka,
    options: parseGeneratorOptions(options),
    onReport: (line) => console.log(line),
    signal: stop.signal,
  });
  process.exit(0);
} catch (error) {
  // What the user can mend needs no stack trace.
  const expected = error instanceof GeneratorOptionsError || error instanceof DeliveryError;
  console.error(expected ? error.message : error);
  process.exit(1);
}
