import { Command } from "commander";
import type { CheckOptions } from "./commands/check.ts";

const JSON_HELP = "print one JSON object, for programs";

/** All commands with their arguments and options. A command's code is loaded when it is called. */
export function commandLine(): Command {
  const program = new Command("npm run")
    .description("Streaming anomaly detection with Apache Kafka, Apache Flink SQL and PostgreSQL")
    .usage("<command> -- [options]   (npm start and npm test need no run)")
    .showHelpAfterError()
    // Commander exits with 1, which here means that something failed. Subcommands inherit this.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

  program
    .command("start")
    .description("deploy the stack local on this machine and show the first anomalies that it finds")
    .option("--no-open", "do not open the live page in a browser")
    .action(async (options: { open: boolean }) => (await import("./commands/start.ts")).start(options));

  program
    .command("up")
    .description("deploy a stack, or update it to its settings")
    .argument("<stack>", "a stack: local, or any other that has a Pulumi.<stack>.yaml")
    .option(
      "--yes",
      "agree to recreate services and topics that were lost on Aiven, without their data, and to delete those that the settings no longer name",
      false,
    )
    .action(async (stack: string, options: { yes: boolean }) =>
      (await import("./commands/up.ts")).up(stack, options),
    );

  program
    .command("status")
    .description(
      "show what a stack runs, how it is doing and how much it has processed; exits with 1 if something is wrong",
    )
    .argument("<stack>", "the stack to look at")
    .option("--show-secrets", "print PostgreSQL's address with its password", false)
    .option("--json", JSON_HELP, false)
    .action(async (stack: string, options: { showSecrets: boolean; json: boolean }) =>
      (await import("./commands/status.ts")).status(stack, options),
    );

  program
    .command("cost")
    .description("estimate what a stack with these settings costs on Aiven, before it is deployed")
    .argument("<stack>", "the stack, deployed or not")
    .option("--json", JSON_HELP, false)
    .action(async (stack: string, options: { json: boolean }) =>
      (await import("./commands/cost.ts")).cost(stack, options),
    );

  program
    .command("doctor")
    .description(
      "check whether this machine has what a stack needs, and list what earlier stacks left behind; exits with 1 if an up would fail",
    )
    .argument("[stack]", "the stack", "local")
    .option("--json", JSON_HELP, false)
    .action(async (stack: string, options: { json: boolean }) =>
      (await import("./commands/doctor.ts")).doctor(stack, options),
    );

  program
    .command("watch")
    .description("follow the results of the pipelines and the messages of the notifier, live; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to follow", "local")
    .option("--from-beginning", "show earlier results first", false)
    .action(async (options: { stack: string; fromBeginning: boolean }) =>
      (await import("./commands/watch.ts")).watch(options),
    );

  program
    .command("check")
    .description(
      "show what the pipelines make of the newest messages of a topic; exits with 1 if none is a valid reading",
    )
    .option("--stack <stack>", "the stack whose settings say how readings are written", "local")
    .option("--config <file>", "JSON file with the connection of another Kafka")
    .option("--topic <topic>", "the topic (default: that of the stack's readings)")
    .option("--messages <number>", "how many messages to read", "100")
    .option("--json", JSON_HELP, false)
    .action(async (options: CheckOptions) => (await import("./commands/check.ts")).check(options));

  program
    .command("generate")
    .description("send CPU readings to a stack, in addition to its own generator; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to send to", "local")
    .option(
      "--from <source>",
      "generator, or machine for this machine's load, one reading per core and second",
      "generator",
    )
    .option("--rate <number>", "readings per second, over all hosts and CPUs (default: 35)")
    .option("--hosts <names>", "host names, separated by commas (default: the tutorial's seven)")
    .option("--cpus <names>", "CPU names, separated by commas (default: cpu1 to cpu5)")
    .option("--seed <number>", "same seed, same readings (default: 1)")
    .option("--duration <time>", "how much event time to send, such as 90s, 10m or 1h")
    .option("--count <number>", "how many readings to send")
    .option("--start <time>", "event time of the first reading, ISO or epoch ms (default: now)")
    .option("--backfill <time>", "start that long ago, and send the past at once")
    .option("--history <time>", "begin with that much of the past, with one reading per pair every 30 s")
    .option("--anomalies-per-day <number>", "anomalies per day for each pair of host and CPU (default: 120)")
    .option("--labels <file>", "write the injected anomalies to this file, as JSON lines")
    .action(async ({ stack, ...options }: { stack: string; from: string }) =>
      (await import("./commands/generate.ts")).generate(stack, options),
    );

  program
    .command("notify")
    .description("post a stack's alerts to Slack and its webhook from here; Ctrl-C ends it")
    .option("--stack <stack>", "the stack whose alerts are posted", "local")
    .action(async ({ stack }: { stack: string }) => (await import("./commands/notify.ts")).notify(stack));

  program
    .command("page")
    .description("serve the live page of a stack from here; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to show", "local")
    .option("--port <number>", "the port on this machine (default: the setting page.port)")
    .action(async (options: { stack: string; port?: string }) =>
      (await import("./commands/page.ts")).page(options),
    );

  program
    .command("secret")
    .description("store a secret in a stack's settings, encrypted; it is read from the terminal or a pipe")
    .argument(
      "<name>",
      "the secret: slack.token, webhook.url, webhook.bearerToken, webhook.headers, aiven:apiToken, kafka.password, kafka.key, postgres.password or openSearch.password",
    )
    .option("--stack <stack>", "the stack that it belongs to", "local")
    .action(async (name: string, { stack }: { stack: string }) =>
      (await import("./commands/secret.ts")).secret(name, stack),
    );

  program
    .command("destroy")
    .description(
      "tear a stack down, without asking: stop what it runs and remove its data, also on Aiven, unless aiven.protected is true",
    )
    .argument("<stack>", "the stack to tear down")
    .action(async (stack: string) => (await import("./commands/destroy.ts")).destroy(stack));

  program
    .command("clean")
    .description("remove what the project has installed on this machine, after naming it and asking")
    .option("--yes", "remove it without asking", false)
    .option("--go", "empty Go's own caches too, if they were used to build the Pulumi CLI", false)
    .action(async (options: { yes: boolean; go: boolean }) =>
      (await import("./commands/clean.ts")).clean(options),
    );

  program
    .command("setup")
    .description(
      "install what the stacks need (the Pulumi CLI, Kafka, Flink, PostgreSQL, OpenSearch) without starting anything",
    )
    .action(async () => (await import("./commands/setup.ts")).setup());

  program
    .command("test")
    .description("check types and style, and run the tests; further arguments go to vitest")
    .argument("[vitest...]", "files or options for vitest")
    .option("--stack <stack>", "run the oracle's tests alone, against this stack, which must need no account")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[], options: { stack?: string }) =>
      (await import("./commands/test.ts")).test(args, options),
    );

  program
    .command("completion")
    .description("print a shell completion for this project's commands, stacks and options")
    .argument("<shell>", "bash or zsh")
    .action(async (shell: string) => (await import("./commands/completion.ts")).completion(shell, program));

  return program;
}
