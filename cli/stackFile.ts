import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { projectDirectory } from "../components/local/folders.ts";
import { UserError } from "./userError.ts";

/** A stack as far as its Pulumi.<stack>.yaml tells of it; every open stack is one too. */
export type StackFile = Pick<Stack, "name" | "workspace">;

/**
 * Reads a stack's file without the engine, whether the stack exists or not. Secrets in it stay encrypted.
 *
 * @throws UserError when there is no Pulumi.<name>.yaml
 */
export async function stackFile(name: string): Promise<StackFile> {
  if (!existsSync(join(projectDirectory, `Pulumi.${name}.yaml`))) {
    throw new UserError(
      `There is no stack "${name}": Pulumi.${name}.yaml is missing. Stacks are: ${stackNames().join(", ")}.`,
    );
  }
  // Files are read by the SDK itself: no command is run.
  const pulumiCommand = { command: "none", version: null } as unknown as PulumiCommand;
  return { name, workspace: await LocalWorkspace.create({ workDir: projectDirectory, pulumiCommand }) };
}

function stackNames(): string[] {
  return readdirSync(projectDirectory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
