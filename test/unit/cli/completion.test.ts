import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { expect, it, onTestFinished } from "vitest";
import { commandLine } from "../../../cli/commandLine.ts";
import { completion } from "../../../cli/commands/completion.ts";
import { completionFor } from "../../../cli/output/completion.ts";
import { projectDirectory } from "../../../lib/paths.ts";

/** What bash offers after the words of a line; the last word is being typed. */
function offered(words: readonly string[], directory = projectDirectory): string[] {
  const script = `${completionFor("bash", commandLine())}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _streaming_anomaly_detection
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", cwd: directory });
  return text.split("\n").filter(Boolean);
}

it("bash completes commands, stacks, options and the stacks of an option", () => {
  expect(offered(["npm", "run", "st"])).toEqual(["start", "status"]);
  expect(offered(["npm", "run", "status", ""])).toEqual(["--"]);
  expect(offered(["npm", "run", "status", "--", ""])).toEqual(
    expect.arrayContaining(["--show-secrets", "--json", "local", "dev", "prod"]),
  );
  expect(offered(["npm", "run", "status", "--", "lo"])).toEqual(["local"]);
  expect(offered(["npm", "run", "watch", "--", "--stack", "h"])).toEqual(["hybrid"]);
  expect(offered(["npm", "run", "completion", "--", ""])).toEqual(["bash", "zsh"]);
  expect(offered(["npm", "start", "--", "--n"])).toEqual(["--no-open"]);
});

it("bash completes nothing of this project elsewhere", () => {
  expect(offered(["npm", "run", "st"], "/")).toEqual([]);
});

it("bash runs nothing that the name of a file says, and offers only names that a stack can have", () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: for bash.
  const strange = ["$(touch ran)", "`touch ran`", "${ran:=x}", "*", "a b", "c\nd", "é"];
  const names = ["local", "my_stack-2.eu", ...strange].map((name) => `Pulumi.${name}.yaml`);
  for (const name of [...names, "Pulumi.yaml"]) writeFileSync(join(folder, name), "");
  copyFileSync(join(projectDirectory, "package.json"), join(folder, "package.json"));
  expect(offered(["npm", "run", "up", "--", ""], folder)).toEqual(["--yes", "local", "my_stack-2.eu"]);
  expect(offered(["npm", "run", "watch", "--", "--stack", ""], folder)).toEqual(["local", "my_stack-2.eu"]);
  expect(readdirSync(folder)).not.toContain("ran");
});

it("completion refuses a shell that it does not know, and names those that it knows", () => {
  expect(() => completion("tcsh", new Command())).toThrow(
    'There is no completion for "tcsh"; allowed is bash or zsh.',
  );
});

it("completion for zsh loads zsh's own completion before bash's, unless it is loaded", () => {
  // zsh is not on every machine that runs the tests.
  expect(completionFor("zsh", commandLine()).split("\n").slice(0, 2)).toEqual([
    "(( $+functions[compdef] )) || { autoload -U compinit && compinit; }",
    "autoload -U +X bashcompinit && bashcompinit",
  ]);
});
