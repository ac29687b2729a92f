import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { projectDirectory } from "../../lib/paths.ts";
import { UserError } from "../../lib/userError.ts";

/** A stack as its Pulumi.<stack>.yaml describes it. Every open stack is one, too. */
export type StackFile = Pick<Stack, "name" | "workspace">;

/**
 * Reads a stack's file without the engine, whether the stack exists or not. Secrets in it stay encrypted.
 *
 * @throws UserError when there is no Pulumi.<name>.yaml, or when it is not valid YAML
 */
export async function stackFile(name: string, workDir = projectDirectory): Promise<StackFile> {
  if (!existsSync(join(workDir, `Pulumi.${name}.yaml`))) {
    throw new UserError(
      `There is no stack "${name}": Pulumi.${name}.yaml is missing. Stacks are: ${stackNames(workDir).join(", ")}.`,
    );
  }
  // Files are read by the SDK itself: no command is run.
  const pulumiCommand = { command: "none", version: null } as unknown as PulumiCommand;
  const workspace = await LocalWorkspace.create({ workDir, pulumiCommand });
  try {
    await workspace.stackSettings(name);
  } catch (error) {
    throw new UserError(
      `Pulumi.${name}.yaml is not valid YAML: ${(error as Error).message}\n\nA text that begins with one of * & ! % @ # { [ or a grave accent needs quotes: slack.channel: "#alerts".`,
      { cause: error },
    );
  }
  return { name, workspace };
}

function stackNames(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
