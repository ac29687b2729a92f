import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pulumiCommand } from "../../../setup/pulumi.ts";
import { downloadPulumi } from "../../../setup/pulumiDownload.ts";
import { pulumiName, pulumiVersion } from "../../../tools/prerequisites.mjs";
import { silent } from "../../support/silentProgress.ts";

let directory: string;
const servers: Server[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Serves on a free port; returns the address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/pulumi.tar.gz`;
}

function fakePulumi(folder: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\necho v${version}\n`, { mode: 0o755 });
}

describe("the official download", () => {
  it("unpacks the archive into bin", async () => {
    fakePulumi(join(directory, "made/pulumi"), pulumiVersion);
    const archive = execFileSync("tar", ["-czf", "-", "-C", join(directory, "made"), "pulumi"]);
    const url = await serve((_request, response) => response.end(archive));
    const details: string[] = [];
    await downloadPulumi(directory, (detail) => details.push(detail), url);
    expect(readFileSync(join(directory, "bin/pulumi"), "utf8")).toContain(pulumiVersion);
    expect(details.at(-1)).toBe("0 MB downloaded");
  });

  it("fails if it does not exist, is incomplete, or is not an archive", async () => {
    const missing = await serve((_request, response) => response.writeHead(404).end());
    await expect(downloadPulumi(directory, () => {}, missing)).rejects.toThrow("HTTP 404");
    const broken = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("x");
      setTimeout(() => response.destroy(), 50);
    });
    await expect(downloadPulumi(directory, () => {}, broken)).rejects.toThrow();
    const page = await serve((_request, response) => response.end("<html>Log in</html>"));
    await expect(downloadPulumi(directory, () => {}, page)).rejects.toThrow("tar");
  });

  it("gives up if there is no answer, if it stalls, and if it takes too long", async () => {
    const patient = { answer: 60_000, stall: 60_000, total: 60_000 };
    const download = (url: string, patience: Partial<typeof patient>) =>
      downloadPulumi(directory, () => {}, url, { ...patient, ...patience });
    await expect(download(await serve(() => {}), { answer: 200 })).rejects.toThrow("no answer within 0.2 s");
    const stalled = await serve((_request, response) => response.write("x"));
    await expect(download(stalled, { stall: 200 })).rejects.toThrow("no more data within 0.2 s");
    const trickle = await serve((_request, response) => {
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    });
    // Each chunk must extend the other two limits, which are long enough for a busy machine.
    const steady = { answer: 3_000, stall: 3_000, total: 3_500 };
    await expect(download(trickle, steady)).rejects.toThrow("not finished within 3.5 s");
  });
});

describe("pulumiCommand", () => {
  const progress = {
    task: () => {
      throw new Error("nothing should be installed");
    },
    note() {},
    close() {},
  };

  it("prefers a suitable CLI on PATH, then the cache", async () => {
    vi.stubEnv("STREAMING_CACHE", join(directory, "cache"));
    vi.stubEnv("PATH", `${directory}:${process.env.PATH}`);
    fakePulumi(join(directory, "cache", pulumiName, "bin"), pulumiVersion);

    fakePulumi(directory, "3.300.1");
    expect(`${(await pulumiCommand(progress)).version}`).toBe("3.300.1");
    fakePulumi(directory, "3.100.0");
    const cached = await pulumiCommand(progress);
    expect(`${cached.version}`).toBe(pulumiVersion);
    expect(cached.command).toBe(join(directory, "cache", pulumiName, "bin/pulumi"));
  });

  it("says what to do, also behind a proxy, if the CLI can be neither downloaded nor built", async () => {
    vi.stubEnv("STREAMING_CACHE", join(directory, "cache"));
    vi.stubEnv("PATH", directory);
    vi.stubEnv("https_proxy", "http://127.0.0.1:9");
    await expect(pulumiCommand(silent)).rejects.toThrow(
      /^The Pulumi CLI could not be downloaded \(.+\), and Go is not installed to build it\. Try again \(behind a proxy, set https_proxy\), or install Pulumi 3\./,
    );
  });
});
