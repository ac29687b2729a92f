import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";
import { installPackages } from "../../tools/npmPackages.mjs";
import { ownFolder } from "./forsakenStacks.ts";
import { ODD_NAME } from "./names.ts";
import { freeSettingPorts, PORT_SETTINGS } from "./ports.ts";
import { type CommandOptions, type CommandResult, RunningCommand } from "./runningCommand.ts";

export interface SignalOn {
  readonly name: NodeJS.Signals;
  readonly patterns: readonly RegExp[];
}

/** A copy of the project in a temporary folder, with free ports for its stack `local`. */
export class Checkout {
  directory = ownFolder(`${ODD_NAME}:`);
  ports: number[] = [];
  /** The environment of its commands, in addition to this process's own. */
  environment: Readonly<Record<string, string>> = {};

  static async create(): Promise<Checkout> {
    // If the packages of a checkout were out of date, it would install them through the link below, in place of these.
    await installPackages();
    const checkout = new Checkout();
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

  /** Gives a stack the free ports; two stacks of a checkout cannot run at the same time. */
  setPorts(stack: string): void {
    for (const [index, name] of PORT_SETTINGS.entries()) this.set(name, this.ports[index], stack);
  }

  /** Adds a stack with the settings of another one and the free ports. @returns its name */
  copyStack(from: string, name: string): string {
    const fileOf = (stack: string) => join(this.directory, `Pulumi.${stack}.yaml`);
    cpSync(fileOf(from), fileOf(name));
    this.setPorts(name);
    return name;
  }

  /** Changes a setting in Pulumi.<stack>.yaml, as a user would with an editor. */
  set(key: string, value: unknown, stack = "local"): void {
    const file = join(this.directory, `Pulumi.${stack}.yaml`);
    const lines = readFileSync(file, "utf8").replace("config: {}", "config:").trimEnd().split("\n");
    const others = lines.filter((line) => !line.startsWith(`  ${key}:`));
    writeFileSync(file, [...others, `  ${key}: ${JSON.stringify(value)}`, ""].join("\n"));
  }

  /** Runs `npm <args>` and waits until it ends. */
  npm(args: readonly string[]): Promise<CommandResult> {
    return this.run("npm", args);
  }

  /** Runs a program to its end. Sends it a signal once its output matches every given pattern. */
  async run(program: string, args: readonly string[], signal?: SignalOn): Promise<CommandResult> {
    let pending = signal;
    return this.start(program, args, (command, text) => {
      if (!pending?.patterns.every((pattern) => pattern.test(text))) return;
      command.signal(pending.name);
      pending = undefined;
    }).result;
  }

  /** Starts a program. */
  start(program: string, args: readonly string[], onOutput?: CommandOptions["onOutput"]): RunningCommand {
    return new RunningCommand(program, args, {
      cwd: this.directory,
      env: { ...process.env, ...this.environment, NO_COLOR: "1" },
      ...(onOutput && { onOutput }),
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
