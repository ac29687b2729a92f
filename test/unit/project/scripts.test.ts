import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const { scripts } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

// npm passes TERM on to its shell alone, which ends and leaves the program running.
it.each(Object.entries(scripts).filter(([, script]) => script.includes("node ")))(
  "npm run %s takes the place of npm's shell, so that a signal to npm reaches it",
  (_, script) => expect(script).toMatch(/^exec node /),
);
