import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { projectDirectory } from "../../lib/paths.ts";
import { installPackages } from "../../tools/npmPackages.mjs";
import { own } from "./forsakenStacks.ts";
import { ODD_NAME } from "./names.ts";
import { freeSettingPorts, PORT_SETTINGS } from "./ports.ts";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface SignalOn {
  readonly name: NodeJS.Signals;
  readonly patterns: readonly RegExp[];
}

/** A copy of the project in a temporary folder, with free ports for its stack `local`. */
export class Checkout {
  directory = mkdtempSync(join(tmpdir(), `${ODD_NAME}:`));
  ports: number[] = [];
  /** What its commands find in their environment, beside this process's own. */
  environment: Readonly<Record<string, string>> = {};

  static async create(): Promise<Checkout> {
    // A checkout whose packages are out of date would install them, through the link below, in place of these.
    await installPackages();
    const checkout = new Checkout();
    own(checkout.directory);
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: projectDirectory,
      encoding: "utf8",
    });
    for (const file of files.trim().split("\n")) {
      mkdirSync(dirname(join(checkout.directory, file)), { recursive: true });
      cpSync(join(projectDirectory, file), join(checkout.directory, file));
    }
    symlinkSync(join(projectDirectory, "node_modules"), join(checkout.directory, "node_modules"));
    checkout.ports = await freeSettingPorts();
    checkout.setPorts("local");
    return checkout;
  }

  /** Gives a stack the free ports; two stacks of a checkout cannot run at a time. */
  setPorts(stack: string): void {
    for (const [index, name] of PORT_SETTINGS.entries()) this.set(name, this.ports[index], stack);
  }

  /** Sets a setting in Pulumi.<stack>.yaml, as a user would with an editor. */
  set(key: string, value: unknown, stack = "local"): void {
    const file = join(this.directory, `Pulumi.${stack}.yaml`);
    const lines = readFileSync(file, "utf8").replace("config: {}", "config:").trimEnd().split("\n");
    const others = lines.filter((line) => !line.startsWith(`  ${key}:`));
    writeFileSync(file, [...others, `  ${key}: ${JSON.stringify(value)}`, ""].join("\n"));
  }

  /** Runs `npm <args>` and waits for its end; `interruptAfterMs` presses Ctrl-C. */
  npm(args: readonly string[]): Promise<CommandResult> {
    return this.run("npm", args);
  }

  /** Runs a program to its end. It is sent a signal once what it prints matches every given pattern. */
  async run(program: string, args: readonly string[], signal?: SignalOn): Promise<CommandResult> {
    const started = Date.now();
    // In a process group of its own, which a signal from a terminal would reach as a whole.
    const child = spawn(program, args, {
      cwd: this.directory,
      detached: true,
      env: { ...process.env, ...this.environment, NO_COLOR: "1" },
    });
    const output = { stdout: "", stderr: "" };
    let pending = signal;
    const collect = (stream: "stdout" | "stderr") => (data: Buffer) => {
      output[stream] += data;
      if (!pending?.patterns.every((pattern) => pattern.test(output.stdout + output.stderr))) return;
      process.kill(-(child.pid ?? Number.NaN), pending.name);
      pending = undefined;
    };
    child.stdout.on("data", collect("stdout"));
    child.stderr.on("data", collect("stderr"));
    const [code] = await once(child, "close");
    return {
      code,
      stdout: stripVTControlCharacters(output.stdout),
      stderr: stripVTControlCharacters(output.stderr),
      seconds: (Date.now() - started) / 1000,
    };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
