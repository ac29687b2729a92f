import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../lib/counted.ts";
import { projectRoot, pulumiVersion } from "../tools/prerequisites.mjs";
import { runTool } from "./runTool.ts";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the Pulumi CLI that tools/pulumi/go.mod pins into `directory`/bin: 4 to 8 minutes on 2 cores
 * the first time, about 2 GB of memory; Go's own caches grow by 5 GB.
 *
 * @throws SetupError if Go fails, with its last lines and what to do
 */
export async function buildPulumi(
  directory: string,
  onDetail: (detail: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  // Go's work files are here, so that they are removed with this folder if the build is interrupted.
  const work = join(directory, "work");
  await mkdir(work);
  let downloaded = 0;
  let compiled = 0;
  const target = ["-o", join(directory, "bin/pulumi"), "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
  const flags = ["-v", "-mod=readonly", "-ldflags", `-s -w -X ${versionVariable}=v${pulumiVersion}`];
  await runTool("go", ["build", ...flags, ...target], {
    cwd: join(projectRoot, "tools/pulumi"),
    // A go.work in a parent folder would override our go.mod.
    env: { GOTMPDIR: work, GOWORK: "off" },
    onLine: (line) => {
      if (line.startsWith("go: downloading")) onDetail(`${counted(++downloaded, "module")} downloaded`);
      else onDetail(`${counted(++compiled, "package")} compiled`);
    },
    advice:
      "Go could not build the Pulumi CLI. Check that it can reach its module proxy (`go env GOPROXY`) and that " +
      "6 GB of disk are free. Or install the Pulumi CLI (https://www.pulumi.com/docs/install). " +
      "Then run the same command again.",
    ...(signal && { signal }),
  });
  await rm(work, { recursive: true, force: true });
}
