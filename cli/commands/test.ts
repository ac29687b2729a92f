import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Command } from "commander";
import { projectDirectory } from "../../components/local/folders.ts";
import { EVERYTHING } from "../../components/local/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../progress.ts";
import { UserError } from "../userError.ts";

export function addTest(program: Command): void {
  program
    .command("test")
    .description("check types and style, and run the tests; further arguments go to vitest")
    .argument("[vitest...]", "files or options for vitest")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      const progress = createProgress();
      try {
        await setUp(progress, EVERYTHING);
      } finally {
        progress.close();
      }
      await run("Types", "tsc", []);
      await run("Style", "biome", ["ci", "."]);
      await run("Tests", "vitest", ["run", ...args]);
    });
}

async function run(title: string, program: string, args: string[]): Promise<void> {
  console.log(`\n${title}: ${[program, ...args].join(" ")}`);
  const child = spawn(`node_modules/.bin/${program}`, args, { cwd: projectDirectory, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new UserError(`${program} failed (exit code ${code}).`);
}
