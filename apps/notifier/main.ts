import { runApp } from "../shared/runApp.ts";
import { runNotifier } from "./notifier.ts";
import { NotifierOptionsError, parseNotifierOptions } from "./options.ts";

// node --import tsx apps/notifier/main.ts --config <file.json>
await runApp({ run: runNotifier, parse: parseNotifierOptions, OptionsError: NotifierOptionsError });
