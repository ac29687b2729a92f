import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { tunnelProblems } from "../../../components/hosts/docker/tunnelProblems.ts";
import { until } from "../../../lib/until.ts";
import { isListening } from "../../../provider/process/ports.ts";
import { PID_FILE } from "../../../provider/process/serverFolder.ts";
import { freePorts } from "../../support/ports.ts";
import { listensAt } from "../../support/serverFolder.ts";
import { settingsOf } from "../aiven/settings.ts";

const NEEDED = ["flink.webPort", "flink.gatewayPort"] as const;

/** A process in the folder that listens on the port. */
async function listener(folder: string, port: number): Promise<number | undefined> {
  const child = spawn(process.execPath, ["-e", listensAt(port)], { cwd: folder, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(await until(() => isListening(port), { deadline: 30_000, pollMs: 50 })).toBe(true);
  return child.pid;
}

function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "streaming-tunnel-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("for containers on another machine,", () => {
  it.each([
    ["ssh://operator@flink.example.com:2222", "-p 2222 ", "operator@flink.example.com"],
    ["ssh://operator@flink.example.com", "", "operator@flink.example.com"],
    ["tcp://flink.example.com:2376", "", "flink.example.com"],
  ])("the command for a missing tunnel has the ssh port of %s", async (address, option, login) => {
    const [web = 0, gateway = 0] = await freePorts(2);
    const settings = settingsOf({ "flink.webPort": web, "flink.gatewayPort": gateway });
    const forwards = `-L ${web}:127.0.0.1:${web} -L ${gateway}:127.0.0.1:${gateway}`;
    expect(await tunnelProblems(settings, NEEDED, address)).toEqual([
      `docker.host is ${address}, whose containers are reached through a tunnel, but nothing listens at ${web} (flink.webPort), ${gateway} (flink.gatewayPort) of this machine: keep this running: ssh -N ${option}${forwards} ${login}`,
    ]);
  });

  it("a server of a stack on this machine does not count as a tunnel", async () => {
    const [web = 0, gateway = 0] = await freePorts(2);
    const settings = settingsOf({ "flink.webPort": web, "flink.gatewayPort": gateway });
    const folder = temporaryFolder();
    await listener(folder, web);
    const pid = await listener(folder, gateway);
    expect(await tunnelProblems(settings, NEEDED, "ssh://flink.example.com")).toEqual([]);
    writeFileSync(join(folder, PID_FILE), "");
    expect(await tunnelProblems(settings, ["flink.gatewayPort"], "ssh://flink.example.com")).toEqual([
      `flink.gatewayPort is ${gateway}, which is held by a server of a stack on this machine, not by a tunnel: it is a server of another or an earlier stack of this project, with its data in ${folder}; destroy that stack (npm run destroy), or end the server with \`kill ${pid}\`, or set flink.gatewayPort to a free port`,
    ]);
  });
});
