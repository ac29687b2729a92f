import { runApp } from "../shared/runApp.ts";
import { runNotifier } from "./notifier.ts";
import { NotifierOptionsError, parseNotifierOptions, type RawNotifierOptions } from "./options.ts";

// node --import tsx apps/notifier/main.ts --config <file.json>
await runApp<RawNotifierOptions>({
  run: (connection, options = {}, signal) =>
    runNotifier({
      connection,
      options: parseNotifierOptions(options),
      onReport: (line) => console.log(line),
      signal,
    }),
  badConfig: (problem) => new NotifierOptionsError([problem]),
});
