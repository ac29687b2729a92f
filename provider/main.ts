import * as pulumi from "@pulumi/pulumi";
import { StreamingProvider } from "./provider.ts";

await pulumi.provider.main(new StreamingProvider(), process.argv.slice(2));
