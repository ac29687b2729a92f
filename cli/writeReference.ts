import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writtenFiles } from "../components/reference/writtenFiles.ts";
import { projectDirectory } from "../lib/paths.ts";
import { commandLine } from "./commandLine.ts";
import { withCommands } from "./output/commandReference.ts";

const read = (path: string) => readFileSync(join(projectDirectory, path), "utf8");
const files = {
  ...writtenFiles(read),
  "docs/commands.md": withCommands(read("docs/commands.md"), commandLine()),
};
for (const [path, text] of Object.entries(files)) writeFileSync(join(projectDirectory, path), text);
