import { join } from "node:path";
import type { ServerFile } from "../../provider/process/server.ts";

const LOGGING: ServerFile = {
  // Checkpoints and Kafka clients would write lines every second.
  content: `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.type = Console
appender.console.name = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
logger.clients.name = org.apache.kafka.clients
logger.clients.level = WARN
logger.sinks.name = org.apache.flink.connector.kafka.sink
logger.sinks.level = WARN
logger.checkpoints.name = org.apache.flink.runtime.checkpoint
logger.checkpoints.level = WARN
logger.transactions.name = kafka.coordinator.transaction
logger.transactions.level = WARN
`,
};

/** The files that every Java server needs beside its own. */
export const javaFiles = { "log4j2.properties": LOGGING };

/** The command that runs a Java server: small heap, and a collector that fits it. */
export function javaCommand(args: {
  /** Folder of jars. */
  readonly jars: string;
  readonly mainClass: string;
  readonly options: readonly string[];
  readonly arguments: readonly string[];
}): string[] {
  const home = process.env.JAVA_HOME;
  return [
    home === undefined ? "java" : join(home, "bin/java"),
    "-XX:+UseSerialGC",
    "-Dlog4j2.configurationFile=log4j2.properties",
    ...args.options,
    "-cp",
    join(args.jars, "*"),
    args.mainClass,
    ...args.arguments,
  ];
}
