import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "cli/main.ts", ...args],
    { cwd: projectDirectory, encoding: "utf8", env: { ...env, NO_COLOR: "1" } },
  );
  return { status, stdout, stderr };
}

describe("a command exits", () => {
  it.each([
    [["no-such-command"], /unknown command 'no-such-command'/],
    [["status"], /missing required argument 'stack'/],
    [["status", "local", "--jsn"], /unknown option '--jsn'\s+\(Did you mean --json\?\)/],
    [["cost", "no-such-stack"], /There is no stack "no-such-stack".*Stacks are: dev/],
    [["check", "--messages", "many"], /--messages is many; allowed is a whole number/],
    [["generate", "--from", "nowhere"], /--from is nowhere; allowed is generator or machine/],
    [["secret", "no.such"], /There is no secret "no.such"/],
    // It has read no secret yet: standard input is empty.
    [["secret", "slack.token", "--stack", "no-such-stack"], /There is no stack "no-such-stack"/],
    [["completion", "tcsh"], /allowed is bash or zsh/],
  ])("with 2 and a message on standard error for %j", (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("with 1, before it has read the secret, if the passphrase is missing", () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...env } = process.env;
    const { status, stderr } = run(["secret", "slack.token", "--stack", "dev"], env);
    expect(stderr).toMatch(/PULUMI_CONFIG_PASSPHRASE is not set/);
    expect(status).toBe(1);
  });

  it("with 0 and one JSON object on standard output for cost --json", () => {
    const { status, stdout } = run(["cost", "local", "--json"]);
    const { stack, currency, perMonth, services } = JSON.parse(stdout);
    expect({ stack, currency, perMonth }).toEqual({ stack: "local", currency: "USD", perMonth: 0 });
    expect(services[0]).toEqual({
      service: "kafka",
      perHour: 0,
      perMonth: 0,
      note: "runs on this machine",
    });
    expect(status).toBe(0);
  });

  it("only once all of its output has been read", () => {
    const program = `import { exitFlushed } from "./cli/output/terminal.ts";
      process.stdout.write("x".repeat(3_000_000)); await exitFlushed(3);`;
    // The pipe holds 64 KB; its reader starts late.
    const { stdout } = spawnSync(
      "bash",
      [
        "-c",
        `"$0" --import tsx --input-type=module -e "$1" | { sleep 1; wc -c; }; echo "\${PIPESTATUS[0]}"`,
        process.execPath,
        program,
      ],
      { cwd: projectDirectory, encoding: "utf8" },
    );
    expect(stdout.split(/\s+/)).toEqual(["3000000", "3", ""]);
  });

  it("with 0 for --help", () => {
    const { status, stdout } = run(["doctor", "--help"]);
    expect(stdout).toContain("Usage: npm run doctor [options] [stack]");
    expect(status).toBe(0);
  });
});
