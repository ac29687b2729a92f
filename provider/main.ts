import * as pulumi from "@pulumi/pulumi";
import { watchEngine } from "./engineWatch.ts";
import { StreamingProvider } from "./provider.ts";

watchEngine();
await pulumi.provider.main(new StreamingProvider(), process.argv.slice(2));
