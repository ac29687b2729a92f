import { runApp } from "../shared/runApp.ts";
import { PageOptionsError, parsePageOptions } from "./options.ts";
import { runPage } from "./page.ts";

// node --import tsx apps/page/main.ts --config <file.json>
await runApp({ run: runPage, parse: parsePageOptions, OptionsError: PageOptionsError });
