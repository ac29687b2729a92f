import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { ServerFile, ServerInputs } from "../../../provider/process/serverInputs.ts";
import { javaExecutable } from "../../../tools/prerequisites.mjs";

/** Loggers that would write a line or more per second, with the level from which each is worth reading. */
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

/** The files that every Java server needs besides its own. */
export const javaFiles = { "log4j2.properties": LOGGING };

/**
 * Only the JVM's first compiler: a server that plans, coordinates or passes bytes through starts with half the
 * processor time.
 */
export const QUICK_START = "-XX:TieredStopAtLevel=1";

/** A heap with this maximum in MB that starts small, grows with its content, and shrinks again. */
export const smallHeap = (megabytes: number): readonly string[] => [
  `-Xmx${megabytes}m`,
  "-Xms16m",
  "-XX:MinHeapFreeRatio=15",
  "-XX:MaxHeapFreeRatio=30",
];

/**
 * A heap with this maximum in MB, 640 or more, that keeps room for short-lived objects. In a small one, a filter reads
 * half as much, and six pipelines at once spend a fifth of their time in collections.
 */
export const roomyHeap = (megabytes: number): readonly string[] => [
  `-Xmx${megabytes}m`,
  "-Xms320m",
  "-XX:NewSize=192m",
  "-XX:MinHeapFreeRatio=40",
  "-XX:MaxHeapFreeRatio=50",
];

/**
 * Reduces memory outside the heap: the class archive is used at the address where it was made, so that its pages stay
 * those of the file, and the C library's reserve is returned twice a minute. A JVM ignores options that it does not
 * know.
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

/** The command that starts a Java server, and the class archive that shortens its start. */
export function javaServer(program: JavaProgram): Pick<ServerInputs, "command" | "classArchive"> {
  const archive = classArchive(program);
  return { command: javaCommand(program), ...(archive !== undefined && { classArchive: archive }) };
}

/** The command that runs a Java program: little memory outside its heap, and a collector that suits it. */
export function javaCommand(program: JavaProgram): string[] {
  return [
    javaExecutable() ?? "java",
    "-XX:+UseSerialGC",
    ...program.heap,
    ...LITTLE_BESIDES,
    // No files in the system's temporary folder.
    "-XX:-UsePerfData",
    // Flink's JDBC sink writes a time without a zone in the JVM's own zone, and 02:30 does not exist everywhere.
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
 * The archive of the program's classes. It is next to the jars, because it suits only them and one Java: another Java
 * gets its own archive. A JVM compares paths literally, so jars behind a link get none.
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

/** The versions of a JDK, from the release file that every JDK has; "" if there is none. */
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
