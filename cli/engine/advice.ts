import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { NO_NEW_FLINK } from "../../components/hosts/aiven/preflight.ts";
import { HOW_TO_GET_A_TOKEN } from "../../components/hosts/aiven/token.ts";

interface Advice {
  /** Matches a message of the engine, or of Aiven through it. */
  readonly on: RegExp;
  readonly advise: (stack: string) => string;
}

const again = "Then run the same command again.";

/** What to do about errors whose message does not say it. */
const TABLE: readonly Advice[] = [
  {
    on: /40[03] ServiceCreate\][^\n]*flink/i,
    advise: (stack) =>
      `${NO_NEW_FLINK}. What was created meanwhile is there, and costs; npm run destroy -- ${stack} removes it.`,
  },
  {
    on: /409 ServiceCreate\][^\n]*already in use/i,
    advise: (stack) =>
      `Names of services are unique in an Aiven project. If the service is another's, set aiven.prefix in Pulumi.${stack}.yaml. If it is this stack's own, left by a run that was broken off, delete it in Aiven's console. ${again}`,
  },
  {
    on: /cannot be deleted\s+because it is protected|currently marked for protection/,
    advise: (stack) =>
      `It holds data, and aiven.protected guards it. If a setting was changed that cannot change in place, take that back; to let the data go, set aiven.protected: false in Pulumi.${stack}.yaml, run npm run up -- ${stack} with nothing else changed, then the same command again.`,
  },
  {
    on: /termination protection|protected against termination/i,
    advise: (stack) =>
      `Aiven's own protection of the service is on. Set aiven.protected: false in Pulumi.${stack}.yaml and run npm run up -- ${stack}, or turn it off in Aiven's console (service → Service settings). ${again}`,
  },
  {
    on: /resource plugin '(pulumi-resource-)?aiven'/,
    advise: () =>
      "The engine talks to Aiven by a plugin, which it fetches once: this machine must reach get.pulumi.com or github.com. Where it cannot, fetch the plugin elsewhere (https://github.com/pulumi/pulumi-aiven/releases) and install it: pulumi plugin install resource aiven 6.51.0 --file <archive>.",
  },
  {
    on: /resource plugin '(pulumi-resource-)?docker'/,
    advise: () =>
      "The engine talks to Docker by a plugin, which it fetches once: this machine must reach get.pulumi.com or github.com. Where it cannot, fetch the plugin elsewhere (https://github.com/pulumi/pulumi-docker/releases) and install it: pulumi plugin install resource docker 5.2.0 --file <archive>.",
  },
  {
    on: /Unable to (read Docker image into resource|pull image)|unable to pull|[Ee]rror (running|during) (legacy|buildx) build/,
    advise: (stack) =>
      `The Docker engine could not get or build an image: it must reach the image's registry, and for our own images Maven's and npm's. Behind a registry of your own, set docker.kafkaImage and the like in Pulumi.${stack}.yaml (docs/docker.md). ${again}`,
  },
  {
    on: /failed to be in healthy state/,
    advise: (stack) =>
      `A container does not come to work. docker ps --filter label=streaming.stack=${stack} shows which, docker logs <container> why: often too little memory for the Docker engine, which wants 6 GB. ${again}`,
  },
  {
    on: /incorrect passphrase/,
    advise: (stack) =>
      `PULUMI_CONFIG_PASSPHRASE is not the one that the stack ${stack} was first used with. Without it, its secrets cannot be read.`,
  },
  {
    on: /PULUMI_CONFIG_PASSPHRASE/,
    advise: (stack) =>
      `Secrets of the stack ${stack} are protected by a passphrase: export PULUMI_CONFIG_PASSPHRASE=<the passphrase>, or name a file that holds it in PULUMI_CONFIG_PASSPHRASE_FILE.`,
  },
  {
    on: /\b40[13]\b[^\n]*(invalid|expired?|authentication)[^\n]*(token|failed)|Expired \w* ?token/i,
    advise: () => `Aiven no longer accepts the token: ${HOW_TO_GET_A_TOKEN}.`,
  },
];

/**
 * The messages of the engine, followed by advice if there is any for them.
 *
 * @param errors messages of the engine
 */
export function withAdvice(errors: readonly string[], stack: string): string {
  const text = errors.join("\n");
  const advice = TABLE.filter(({ on }) => on.test(text)).map(({ advise }) => advise(stack));
  return [text, ...advice].join("\n\n");
}

/** What went wrong, as messages for the user. */
export function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof CommandError)) return [error instanceof Error ? error.message : String(error)];
  // The CLI failed before the engine ran; its own words are on lines that begin with "error:".
  const lines = error.message.split("\n").filter((line) => line.startsWith("error:"));
  return lines.length > 0 ? [...new Set(lines)] : [error.message];
}
