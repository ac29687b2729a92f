import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { ServerFile, ServerInputs } from "../../../provider/process/serverInputs.ts";
import { javaExecutable } from "../../../tools/prerequisites.mjs";

/** What would write a line or more a second, by the level from which it is worth reading. */
const QUIET: Record<string, string> = {
  "kafka.coordinator.transaction": "WARN",
  "org.apache.flink.api.java.typeutils.TypeExtractor": "WARN",
  "org.apache.flink.connector.kafka.sink": "WARN",
  // A metric that the Kafka sink registers again with each transaction.
  "org.apache.flink.metrics.MetricGroup": "ERROR",
  "org.apache.flink.runtime.checkpoint": "WARN",
  "org.apache.flink.runtime.source.coordinator": "WARN",
  "org.apache.kafka.clients": "WARN",
};

const LOGGING: ServerFile = {
  content: `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.type = Console
appender.console.name = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
${Object.entries(QUIET)
  .map(([name, level], index) => `logger.${index}.name = ${name}\nlogger.${index}.level = ${level}\n`)
  .join("")}`,
};

/** The files that every Java server needs beside its own. */
export const javaFiles = { "log4j2.properties": LOGGING };

/**
 * Only the first of the JVM's compilers: a server that plans, coordinates, or hands bytes through, starts with half of
 * the processor time.
 */
export const QUICK_START = "-XX:TieredStopAtLevel=1";

/** A heap of at most so many MB that begins small, grows with what is in it, and shrinks again. */
export const smallHeap = (megabytes: number): readonly string[] => [
  `-Xmx${megabytes}m`,
  "-Xms16m",
  "-XX:MinHeapFreeRatio=15",
  "-XX:MaxHeapFreeRatio=30",
];

/**
 * A heap of at most so many MB that begins small as well, but keeps room for what comes and goes: in a small one, a filter
 * reads half as much.
 */
export const roomyHeap = (megabytes: number): readonly string[] => [
  `-Xmx${megabytes}m`,
  "-Xms64m",
  "-XX:MinHeapFreeRatio=40",
  "-XX:MaxHeapFreeRatio=50",
];

/**
 * Memory that is not heap: the archive of classes is used where it was made, so that its pages stay those of the file, and
 * what the C library holds in reserve goes back twice a minute. A JVM that does not know one of these ignores it.
 */
const LITTLE_BESIDES = [
  "-XX:+IgnoreUnrecognizedVMOptions",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:ArchiveRelocationMode=0",
  "-XX:TrimNativeHeapInterval=30000",
];

export interface JavaProgram {
  /** Folders of jars. */
  readonly jars: readonly [string, ...string[]];
  readonly mainClass: string;
  readonly heap: readonly string[];
  readonly options: readonly string[];
  readonly arguments: readonly string[];
}

/** What starts a Java server, and the archive of classes that shortens its start. */
export function javaServer(program: JavaProgram): Pick<ServerInputs, "command" | "classArchive"> {
  const archive = classArchive(program);
  return { command: javaCommand(program), ...(archive !== undefined && { classArchive: archive }) };
}

/** The command that runs a Java program: little memory beside its heap, and a collector that fits it. */
export function javaCommand(program: JavaProgram): string[] {
  return [
    javaExecutable() ?? "java",
    "-XX:+UseSerialGC",
    ...program.heap,
    ...LITTLE_BESIDES,
    // No files in the system's temporary folder.
    "-XX:-UsePerfData",
    // Flink's JDBC sink writes a time without a zone as the JVM's own zone has it: 02:30 does not exist everywhere.
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.configurationFile=log4j2.properties",
    ...program.options,
    "-cp",
    classPath(program),
    program.mainClass,
    ...program.arguments,
  ];
}

/**
 * The archive of the program's classes. It is beside the jars, because it suits only them and one Java: another one gets
 * an archive of its own. A JVM compares paths as they are written, so that jars behind a link get none.
 */
function classArchive(program: JavaProgram): string | undefined {
  if (program.jars.some((folder) => realPath(folder) !== folder)) return undefined;
  const java = realPath(javaExecutable() ?? "java");
  const key = createHash("sha256")
    .update([classPath(program), java, releaseOf(java)].join("\n"))
    .digest("hex")
    .slice(0, 12);
  return join(dirname(program.jars[0]), "classes", `${program.mainClass}-${key}.jsa`);
}

const classPath = ({ jars }: JavaProgram) => jars.map((folder) => join(folder, "*")).join(delimiter);

/** The versions of a JDK, as the file says that every JDK has; "" if there is none. */
function releaseOf(java: string): string {
  try {
    return readFileSync(join(dirname(java), "../release"), "utf8");
  } catch {
    return "";
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
