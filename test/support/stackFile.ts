import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { projectDirectory } from "../../lib/paths.ts";

/** Values that the user must fill in, in the stack files that run on Aiven. */
const FILLED_IN: Readonly<Record<string, Record<string, unknown>>> = {
  dev: { "aiven.project": "test-project" },
  hybrid: { "aiven.project": "test-project" },
  prod: {
    "aiven.project": "test-project",
    "aiven.allowedNetworks": ["203.0.113.0/24"],
    "flink.service": "my-flink",
  },
};

/** The settings of Pulumi.<stack>.yaml by name, filled in where a user has to. */
export async function stackFile(stack: string): Promise<Record<string, unknown>> {
  // Only reads files; no command is run.
  const pulumiCommand = { command: "none", version: null } as unknown as PulumiCommand;
  const workspace = await LocalWorkspace.create({ workDir: projectDirectory, pulumiCommand });
  const { config = {} } = await workspace.stackSettings(stack);
  const own = Object.entries(config).map(([key, value]) => [
    key.replace(/^streaming-anomaly-detection:/, ""),
    value,
  ]);
  return { ...Object.fromEntries(own), ...FILLED_IN[stack] };
}
