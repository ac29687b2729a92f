// To run it by hand: node --import tsx test/aiven/main.ts [port] [--refuse-flink]
import { parseArgs } from "node:util";
import { AivenStandIn } from "./standIn.ts";

const { values, positionals } = parseArgs({
  options: { "refuse-flink": { type: "boolean", default: false } },
  allowPositionals: true,
});
const standIn = await AivenStandIn.start({
  port: Number(positionals[0] ?? 0),
  rebuildMs: 3_000,
  deploymentMs: 1_000,
  refuseFlink: values["refuse-flink"],
});
for (const [name, value] of Object.entries(standIn.environment)) console.log(`export ${name}=${value}`);
console.log("# the project is test-project; Ctrl+C ends it");
