import { main } from "@pulumi/pulumi/provider/server.js";
import { watchEngine } from "./engineWatch.ts";
import { StreamingProvider } from "./provider.ts";

watchEngine();
await main(new StreamingProvider(), process.argv.slice(2));
