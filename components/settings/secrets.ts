/** The form of a secret's value, and the message for a value without it. */
interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
}

/**
 * The secrets in the project's namespace that do not belong to one host, encrypted in Pulumi.<stack>.yaml. They are not
 * among the definitions: Pulumi requires a value for every secret that Pulumi.yaml declares.
 */
export const SLACK_TOKEN = "slack.token";
export const WEBHOOK_URL = "webhook.url";
export const WEBHOOK_TOKEN = "webhook.bearerToken";
export const WEBHOOK_HEADERS = "webhook.headers";

export const appSecrets: Readonly<Record<string, Rule>> = {
  [SLACK_TOKEN]: {
    pattern: /^xox[\x21-\x7e]+$/,
    problem: "That is not a Slack token: a Slack token begins with xox.",
  },
  [WEBHOOK_URL]: {
    pattern: /^(https:\/\/[^\s/?#\\@]+([/?#]\S*)?|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/\S*)?)$/,
    problem:
      'That is not the address of a webhook: an https address, or an http address of this machine, is one, without a login. A login goes into webhook.headers: {"Authorization":"Basic <base64 of user:password>"}.',
  },
  [WEBHOOK_TOKEN]: {
    pattern: /^[\x21-\x7e]+$/,
    problem: "That is not a bearer token: it must not contain blanks.",
  },
  [WEBHOOK_HEADERS]: {
    pattern:
      /^\{\s*("(?!(content-length|expect|keep-alive|transfer-encoding|upgrade)")[\w-]+"\s*:\s*"(\\["\\]|[ !#-[\]-~])*"\s*(,\s*(?=")|(?=\})))*\}$/i,
    problem:
      'Those are not headers: they must be a JSON object on one line, in ASCII characters, such as {"Authorization":"GenieKey 123"}. Content-Length, Expect, Keep-Alive, Transfer-Encoding and Upgrade cannot be among them.',
  },
};
