import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";
import { definitions } from "../settings.ts";
import { withConfigSection } from "./projectFile.ts";

const file = join(projectDirectory, "Pulumi.yaml");
writeFileSync(file, withConfigSection(readFileSync(file, "utf8"), definitions));
