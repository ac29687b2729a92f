import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { missingJars } from "../../setup/jars.ts";
import type { Settings } from "../settings.ts";
import { LocalFlink } from "./flink.ts";
import { projectDirectory, StackFolders } from "./folders.ts";
import { LocalKafka } from "./kafka.ts";
import { LocalOpenSearch } from "./openSearch.ts";
import { LocalPostgres } from "./postgres.ts";

/**
 * The services of a stack that runs on this machine.
 *
 * @throws when the jars are not installed yet
 */
export function localServices(settings: Settings) {
  const missing = missingJars();
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `the jars of ${missing.join(" and ")} are not installed yet: run npm run setup first`,
    );
  }
  const folders = stackFolders(settings, pulumi.getStack());
  return {
    folders,
    kafka: new LocalKafka("kafka", { settings, folders }),
    postgres: new LocalPostgres("postgres", { settings, folders }),
    openSearch: settings["openSearch.enabled"]
      ? new LocalOpenSearch("openSearch", { settings, folders })
      : undefined,
    flink: new LocalFlink("flink", { settings, folders }),
  };
}

/** Where a stack keeps its data and logs. */
export function stackFolders(settings: Settings, stack: string): StackFolders {
  return new StackFolders(join(resolve(projectDirectory, settings.directory), stack));
}
