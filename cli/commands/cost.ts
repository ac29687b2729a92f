import type { Command } from "commander";
import { aivenToken } from "../../components/hosts/aiven/preflight.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeCost } from "../output/cost.ts";

export function addCost(program: Command): void {
  program
    .command("cost")
    .description("what a stack costs on Aiven by its settings, before it is there")
    .argument("<stack>", "the stack, up or not")
    .action(async (name: string) => {
      const settings = await stackSettings(await stackFile(name));
      console.log(await describeCost(settings, name, aivenToken({})));
    });
}
