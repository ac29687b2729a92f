import { runApp } from "../shared/runApp.ts";
import {
  GeneratorOptionsError,
  parseGeneratorOptions,
  type RawGeneratorOptions,
  runGenerator,
} from "./generator.ts";

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
