import { delimiter, join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { plainOutputs } from "../../cli/engine/outputs.ts";
import { stateUrl } from "../../cli/engine/stackState.ts";
import { pulumiCommand } from "../../setup/pulumi.ts";
import { Checkout } from "./checkout.ts";
import { ownContainers } from "./forsakenContainers.ts";
import { providerPlugin } from "./providerPlugin.ts";
import type { CommandResult, RunningCommand } from "./runningCommand.ts";
import { silent } from "./silentProgress.ts";
import { type ClusterOutputs, TestStack } from "./testStack.ts";

const STATE = ".stacks";

/** Whose stack files a test may use. */
export const testHosts = ["local", "docker"] as const;
export type TestHost = (typeof testHosts)[number];

interface CommandLineOptions {
  /** Whose stack file it has; the stack `local` unless given. */
  readonly host?: TestHost;
  /** That of its commands, in addition to this process's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A stack in a copy of the project. The command line deploys and removes it, in processes that a test can kill. */
export class CommandLineStack extends TestStack {
  private constructor(
    private readonly checkout: Checkout,
    stack: Stack,
  ) {
    super(checkout.directory, stack, checkout.ports);
  }

  /**
   * @param config settings in addition to ports and folder, as in Pulumi.<stack>.yaml
   * @param slackToken the secret of that name
   */
  static async inCheckout(
    config: Record<string, unknown>,
    slackToken: string,
    { host = "local", environment = {} }: CommandLineOptions = {},
  ): Promise<CommandLineStack> {
    const checkout = await Checkout.create();
    const name = host === "local" ? host : checkout.copyStack(host, `test-${process.pid}`);
    if (host === "docker") ownContainers(checkout.directory, name);
    // Where clocks jump, unlike here: no server may depend on it.
    checkout.environment = {
      TZ: "America/New_York",
      ...(host === "docker" && { PATH: await pathWithPlugin("docker") }),
      ...environment,
    };
    const settings = {
      directory: join(checkout.directory, "data"),
      "generator.enabled": false,
      "page.enabled": false,
      ...config,
    };
    for (const [key, value] of Object.entries(settings)) checkout.set(key, value, name);
    const store = `echo ${slackToken} | npm run secret -- slack.token --stack ${name}`;
    await succeeded(checkout.start("bash", ["-o", "pipefail", "-c", store]));
    const workspace = await LocalWorkspace.create({
      workDir: checkout.directory,
      pulumiCommand: await pulumiCommand(silent),
      envVars: {
        PULUMI_HOME: join(checkout.directory, "pulumi-home"),
        PULUMI_BACKEND_URL: stateUrl(join(checkout.directory, STATE)),
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
    return new CommandLineStack(checkout, await Stack.select(name, workspace));
  }

  protected override get stateDirectory(): string {
    return join(this.directory, STATE);
  }

  override async set(settings: Record<string, unknown>): Promise<void> {
    for (const [key, value] of Object.entries(settings)) this.checkout.set(key, value, this.stack.name);
  }

  /** Starts `npm run up` or `npm run destroy`. */
  start(command: "up" | "destroy"): RunningCommand {
    return this.checkout.start("npm", ["run", command, "--", this.stack.name]);
  }

  /** @returns how many resources had which result, in the words of the command line: `{ unchanged: 21 }` */
  override async up(): Promise<Record<string, number>> {
    const { stdout } = await succeeded(this.start("up"));
    this.outputs = plainOutputs(await this.stack.outputs()) as ClusterOutputs;
    const [, changes = ""] = new RegExp(`The stack ${this.stack.name} is up: (.*)\\.`).exec(stdout) ?? [];
    return Object.fromEntries([...changes.matchAll(/(\d+) (\w+)/g)].map(([, n, word]) => [word, Number(n)]));
  }

  override async destroy(): Promise<void> {
    await succeeded(this.start("destroy"));
  }
}

/** @throws why the provider's plugin cannot be had */
async function pathWithPlugin(name: "docker"): Promise<string> {
  const plugin = await providerPlugin(name);
  if ("reason" in plugin) throw new Error(plugin.reason);
  return [plugin.directory, process.env.PATH].join(delimiter);
}

/** @throws an error with the command's output if it fails */
async function succeeded(command: RunningCommand): Promise<CommandResult> {
  const result = await command.result;
  if (result.code !== 0) throw new Error(result.stderr.trim() || `exit code ${result.code}`);
  return result;
}
