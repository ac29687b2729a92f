import { runApp } from "../shared/runApp.ts";
import { runGenerator } from "./generator.ts";
import { GeneratorOptionsError, parseGeneratorOptions, type RawGeneratorOptions } from "./options.ts";

// node --import tsx apps/generator/main.ts --config <file.json>
await runApp<RawGeneratorOptions>({
  run: (connection, options = {}, signal) =>
    runGenerator({
      connection,
      options: parseGeneratorOptions(options),
      onReport: (line) => console.log(line),
      signal,
    }),
  badConfig: (problem) => new GeneratorOptionsError([problem]),
});
