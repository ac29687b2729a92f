import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { askEngine } from "../../../clients/docker/api.ts";

it("an engine behind ssh that does not answer is given up after the time-out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-ssh-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  // Connected, but silent, like a link that has gone down since.
  writeFileSync(join(folder, "ssh"), "#!/bin/sh\nexec sleep 30\n");
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  await expect(askEngine("ssh://ann@far", { path: "/_ping", timeoutMs: 300 })).rejects.toThrow(
    "the Docker engine at ssh://ann@far does not answer (no answer within 0.3 s)",
  );
});
