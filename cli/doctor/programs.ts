import { existsSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Finding, Trouble } from "../../lib/finding.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import type { Needs } from "../../setup/needs.ts";
import { outputOf } from "../../setup/runTool.ts";
import {
  findExecutable,
  javaExecutable,
  missingThings,
  newestJavaForSasl,
  parseJavaMajor,
  pulumiDownloadUrl,
  pulumiFits,
  pulumiName,
  pulumiVersion,
  wayTo,
} from "../../tools/prerequisites.mjs";
import { answers } from "./network.ts";

/** The programs that a stack needs on this machine. */
export interface Programs {
  readonly findings: readonly Finding[];
  /** Whether the Pulumi CLI has to be built from source, because it cannot be downloaded. */
  readonly buildsPulumi: boolean;
}

/**
 * Takes about a second, or five if the address of the Pulumi CLI does not answer.
 *
 * @param download the address of the Pulumi CLI; undefined if there is none for this platform
 */
export async function programs(
  { jars, sasl = false }: Needs,
  download = pulumiDownloadUrl(),
): Promise<Programs> {
  const missing = await missingThings(jars);
  const troubleWith = (what: "java" | "maven" | "pulumi"): Trouble | undefined => {
    const found = missing.find((thing) => thing.what === what);
    if (found === undefined) return undefined;
    const { name, how } = wayTo(what);
    const problem = found.found === undefined ? `${name} is needed.` : `${name} is needed: ${found.found}.`;
    return { problem, remedy: `Install it: ${how}.`, stops: true };
  };
  const [java, maven, pulumi, go] = await Promise.all([
    javaFound(),
    versionOf("mvn", ["-v"]),
    pulumiFound(),
    versionOf("go", ["version"]),
  ]);
  const findings = [
    { name: "Node", value: process.version },
    finding("Java", java.value, troubleWith("java") ?? (sasl ? saslTrouble(java.major) : undefined)),
    finding("Maven", maven ?? "none", troubleWith("maven")),
    finding("Pulumi CLI", pulumi ?? `none: the next start installs ${pulumiVersion}`, troubleWith("pulumi")),
    ...(pulumi === undefined ? [{ name: "Go", value: go ?? "none" }] : []),
  ];
  const mayBuild = pulumi === undefined && go !== undefined;
  return { findings, buildsPulumi: mayBuild && !(download !== undefined && (await answers(download))) };
}

const finding = (name: string, value: string, trouble: Trouble | undefined): Finding => ({
  name,
  value,
  ...(trouble && { trouble }),
});

async function javaFound(): Promise<{ value: string; major: number | undefined }> {
  const path = javaExecutable();
  if (path === undefined) return { value: "none", major: undefined };
  const printed = await outputOf(path, ["-version"]);
  const by = process.env.JAVA_HOME ? ", by JAVA_HOME" : "";
  return { value: `${firstLine(printed) ?? "does not run"} at ${path}${by}`, major: parseJavaMajor(printed) };
}

function saslTrouble(major = newestJavaForSasl): Trouble | undefined {
  if (major <= newestJavaForSasl) return undefined;
  return {
    problem: `On Java ${major}, Flink's Kafka client cannot log in with a password, as this stack's does.`,
    remedy: `Set kafka.authentication to certificate, or JAVA_HOME to a JDK up to ${newestJavaForSasl}.`,
    stops: true,
  };
}

async function pulumiFound(): Promise<string | undefined> {
  const path = findExecutable("pulumi");
  const version = path && (await outputOf(path, ["version"]));
  if (version && pulumiFits(version)) return `${version} at ${path}`;
  const cached = join(cacheDirectory(), pulumiName);
  if (existsSync(cached)) return `v${pulumiVersion} at ${cached}`;
  return undefined;
}

async function versionOf(program: string, args: readonly string[]): Promise<string | undefined> {
  const path = findExecutable(program);
  return path && `${firstLine(await outputOf(path, args)) ?? "does not run"} at ${path}`;
}

/** Without terminal control sequences: Maven prints bold text. */
const firstLine = (text: string) =>
  stripVTControlCharacters(text)
    .split("\n")
    .find((line) => line.trim());
