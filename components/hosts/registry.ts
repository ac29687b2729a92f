import { aiven } from "./aiven/index.ts";
import { docker } from "./docker/index.ts";
import { external } from "./external/index.ts";
import { gateway } from "./gateway/index.ts";
import type { Host } from "./host.ts";
import { local } from "./local/index.ts";

/** Every host. To add one: a folder next to this file, and a line here. The first one that runs apps is the default. */
export const hosts = [local, docker, aiven, gateway, external] as const satisfies readonly Host[];
