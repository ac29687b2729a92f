import "../lib/latePulumi.ts";
import { main } from "@pulumi/pulumi/provider/server.js";
import { spareLoopback } from "../lib/loopback.ts";
import { watchEngine } from "./engineWatch.ts";
import { logTo } from "./log.ts";
import { StreamingProvider } from "./provider.ts";

spareLoopback();
const args = process.argv.slice(2);
// The engine's address comes last, after options for logging and tracing.
const engine = args.at(-1);
if (engine !== undefined) logTo(engine);

watchEngine();
await main(new StreamingProvider(), args);
