import type { Advice } from "../host.ts";
import { pluginVersion } from "../pluginVersion.ts";
import { HOW_TO_GET_A_TOKEN, NO_NEW_FLINK } from "./token.ts";

const again = "Then run the same command again.";

/** What to do about errors of Aiven and of its provider. */
export const advice: readonly Advice[] = [
  {
    on: /40[03] ServiceCreate\][^\n]*\bflink\b[^\n]*not available/i,
    advise: (stack) =>
      `${NO_NEW_FLINK}. What was created meanwhile is there, and costs; npm run destroy -- ${stack} removes it.`,
  },
  {
    on: /\bkafka-service\b[^\n]*(\n\s[^\n]*)?40[03] ServiceCreate\][^\n]*plan[^\n]*not available/i,
    advise: (stack) =>
      `Aiven does not sell this plan to new services of the project. Accounts made after August 2026 create Standard Kafka: set kafka.type: standard in Pulumi.${stack}.yaml. ${again}`,
  },
  {
    on: /409 ServiceCreate\][^\n]*already in use/i,
    advise: (stack) =>
      `Names of services are unique in an Aiven project. If the service is another's, set aiven.prefix in Pulumi.${stack}.yaml. If it is this stack's own, left by a run that was broken off, delete it in Aiven's console. ${again}`,
  },
  {
    on: /already has an active deployment|has (\d+ )?deployment(s|\(s\))|not CANCELED/,
    advise: (stack) =>
      `Aiven neither replaces nor deletes a pipeline while it has a deployment that somebody has started in Aiven's console. There (the Flink service → Applications → ${stack}-<pipeline>), cancel that deployment, wait until it is CANCELED, and delete it. ${again}`,
  },
  {
    on: /giving up after \d+ attempt|\[5\d\d \w+\]/,
    advise: (stack) =>
      `Aiven's API answered each attempt with an error of its own (HTTP status 500 or above), or not at all. The message says what it was asked. The problem is on Aiven's side; https://status.aiven.io may say more. What has been created is kept: npm run up -- ${stack} continues from here.`,
  },
  {
    on: /\.aivencloud\.com(:\d+)? does not answer/,
    advise: (stack) =>
      `Aiven answers only the networks in aiven.allowedNetworks, if there are any, and in a VPC only networks peered with it: this machine must be in one of them. Change aiven.allowedNetworks in Pulumi.${stack}.yaml, or run the command on another machine.`,
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
      `The engine talks to Aiven through a plugin, which it downloads once: this machine must reach get.pulumi.com or github.com. If it cannot, download the plugin elsewhere (https://github.com/pulumi/pulumi-aiven/releases) and install it: pulumi plugin install resource aiven ${pluginVersion("aiven")} --file <archive>.`,
  },
  {
    on: /\b40[13]\b[^\n]*(invalid|expired?|authentication)[^\n]*(token|failed)|Expired \w* ?token/i,
    advise: () => `Aiven no longer accepts the token: ${HOW_TO_GET_A_TOKEN}.`,
  },
];
