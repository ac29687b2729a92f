import { runApp } from "../shared/runApp.ts";
import { PageOptionsError, parsePageOptions, type RawPageOptions } from "./options.ts";
import { runPage } from "./page.ts";

// node --import tsx apps/page/main.ts --config <file.json>
await runApp<RawPageOptions>({
  run: (connection, options = {}, signal) =>
    runPage({
      connection,
      options: parsePageOptions(options),
      onReport: (line) => console.log(line),
      signal,
    }),
  badConfig: (problem) => new PageOptionsError([problem]),
});
