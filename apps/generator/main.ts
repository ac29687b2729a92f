import { runApp } from "../shared/runApp.ts";
import { runGenerator } from "./generator.ts";
import { GeneratorOptionsError, parseGeneratorOptions } from "./options.ts";

// node --import tsx apps/generator/main.ts --config <file.json>
await runApp({ run: runGenerator, parse: parseGeneratorOptions, OptionsError: GeneratorOptionsError });
