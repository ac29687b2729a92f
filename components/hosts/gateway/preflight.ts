import { type Answer, ask, FlinkUnreachable, NotFlink } from "../../../clients/flink/restApi.ts";
import { SqlSession } from "../../../clients/flink/sqlGateway.ts";
import { FLINK_VERSION } from "../../flinkVersion.ts";
import type { HostContext } from "../host.ts";
import { refuseProblems } from "../refuseProblems.ts";
import type { definitions } from "./settings.ts";
import { withoutSlash } from "./withoutSlash.ts";

const TIMEOUT_MS = 10_000;
/** Also of a vendor, such as 1.20.1-stream1, or of the release branch. */
const FITS = new RegExp(`^${FLINK_VERSION.replace(".", "\\.")}(?!\\d)`);
const INTERVAL = "execution.checkpointing.interval";

/** The two parts of Flink that the settings name, and where each says its version. */
const PARTS = {
  "flink.gatewayUrl": { name: "the SQL Gateway", path: "/v1/info", field: "version" },
  "flink.webUrl": { name: "the JobManager", path: "/overview", field: "flink-version" },
} as const;

/**
 * Asks the SQL Gateway and the JobManager whether they can run the pipelines, before anything is created. Changes
 * nothing.
 *
 * @throws SettingsError with every problem, pulumi.RunError if the only one is that Flink does not answer
 */
export async function checkFlink({ settings }: HostContext<typeof definitions>): Promise<void> {
  const gatewayUrl = withoutSlash(settings["flink.gatewayUrl"]);
  await refuseProblems([
    gatewayMisfits(gatewayUrl),
    versionProblems("flink.webUrl", withoutSlash(settings["flink.webUrl"])),
  ]);
}

async function gatewayMisfits(url: string): Promise<string[]> {
  const problems = await versionProblems("flink.gatewayUrl", url);
  return problems.length > 0 ? problems : checkpointProblems(url);
}

async function versionProblems(setting: keyof typeof PARTS, url: string): Promise<string[]> {
  const { name, field } = PARTS[setting];
  const answer = await answerOf(setting, url);
  if (answer.ok) {
    const version = answer.body[field] ?? "";
    if (FITS.test(version)) return [];
    return [
      `${setting} is ${url}, whose Flink is version ${version}, but the pipelines need ${FLINK_VERSION}: use a cluster with Flink ${FLINK_VERSION}, in its SQL Gateway as well as in its JobManager and TaskManagers`,
    ];
  }
  if (answer.status === 404) {
    return [`${setting} is ${url}, where Flink answers, but not ${name}: set it to the address of ${name}`];
  }
  throw new FlinkUnreachable(
    `${name} at ${url} answered ${answer.status}: ${answer.errors.join(" ")}: see its log, and try again`,
  );
}

/** @throws FlinkUnreachable also if a proxy in front of it answers */
async function answerOf(setting: keyof typeof PARTS, url: string): Promise<Answer<Record<string, string>>> {
  const { name, path, field } = PARTS[setting];
  try {
    return await ask({ name, url, timeoutMs: TIMEOUT_MS }, "GET", path, [field]);
  } catch (error) {
    throw error instanceof NotFlink && error.isProxy ? new FlinkUnreachable(error.message) : error;
  }
}

/** The gateway compiles a job with its own configuration: that of the JobManager does not count. */
async function checkpointProblems(url: string): Promise<string[]> {
  const config = await SqlSession.with(url, {}, (session) => session.config());
  const interval = config[INTERVAL];
  if (interval !== undefined && !/^0+\D*$/.test(interval)) return [];
  return [
    `the SQL Gateway at ${url} takes no checkpoints (${INTERVAL} is ${interval ?? "not set"}), and without them no result in Kafka ever becomes readable: set ${INTERVAL}, such as 1 s, in its config.yaml, and restart it`,
  ];
}
