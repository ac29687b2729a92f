/** A Java program, and the options with which its JVM runs it. */
export interface JvmProgram {
  readonly mainClass: string;
  readonly heap: readonly string[];
  readonly options: readonly string[];
  readonly arguments: readonly string[];
}

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
  // It would stay half alive; after its end, it is started again.
  "-XX:+ExitOnOutOfMemoryError",
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

/** The file of its working directory that says what a program logs; `logging` is its content. */
export const LOGGING_FILE = "log4j2.properties";

/** The arguments of `java` that run the program, with a collector that suits it. */
export function jvmArguments(program: JvmProgram, classPath: string): string[] {
  return [
    "-XX:+UseSerialGC",
    ...program.heap,
    // No files in the system's temporary folder.
    "-XX:-UsePerfData",
    // Flink's JDBC sink writes a time without a zone in the JVM's own zone, and 02:30 does not exist everywhere.
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
    `-Dlog4j2.configurationFile=${LOGGING_FILE}`,
    ...program.options,
    "-cp",
    classPath,
    program.mainClass,
    ...program.arguments,
  ];
}

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

/** To the standard output. */
export const logging = `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.type = Console
appender.console.name = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
${Object.entries(QUIET)
  .map(([name, level], index) => `logger.${index}.name = ${name}\nlogger.${index}.level = ${level}\n`)
  .join("")}`;
