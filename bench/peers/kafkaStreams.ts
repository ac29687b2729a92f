import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliveryOptions, readOptions, type TableOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { flink } from "../../components/settings/flink.ts";
import { runTool } from "../../setup/runTool.ts";
import { SQL_VALUES } from "../../test/support/sqlValues.ts";
import { javaExecutable } from "../../tools/prerequisites.mjs";
import type { Cluster } from "../support/cluster.ts";

const ADVICE = "The program of Kafka Streams could not be built.";

/** The client options with which our pipelines read and write, in Kafka Streams' terms. */
function clientProperties(): string {
  const [source = "", sink = ""] = pipelineSql("filter", SQL_VALUES).tables;
  const lines = (options: TableOptions, named: RegExp, client: string) =>
    Object.entries(options).flatMap(([key, value]) => {
      const name = named.exec(key)?.[1];
      return name === undefined ? [] : [`${client}.${name}=${value}\n`];
    });
  return [
    ...lines(
      { ...readOptions(source), ...deliveryOptions(source, "peer") },
      /^properties\.((?:max\.partition\.)?fetch\..+|max\.poll\.records)$/,
      "consumer",
    ),
    ...lines(deliveryOptions(sink, "peer"), /^properties\.(linger\.ms|batch\.size)$/, "producer"),
  ].join("");
}

/** The filter and the windows of bench/peers/streams, built into a temporary folder. */
export class StreamsPeer {
  private constructor(private readonly directory: string) {}

  static async build(): Promise<StreamsPeer> {
    const directory = mkdtempSync(join(tmpdir(), "streams-peer-"));
    const pom = join(import.meta.dirname, "streams/pom.xml");
    await runTool("mvn", ["-B", "-f", pom, `-Dtarget.directory=${directory}`, "package"], { advice: ADVICE });
    writeFileSync(join(directory, "client.properties"), clientProperties());
    return new StreamsPeer(directory);
  }

  /** Starts one of the two. It ends when its process is killed; its consumer group is its application id. */
  start(task: "filter" | "windows", { kafka }: Cluster, topics: [string, string], id: string): ChildProcess {
    const classPath = [join(this.directory, "streams-peer.jar"), join(this.directory, "jars", "*")].join(":");
    const options = [
      "-XX:+UseSerialGC",
      `-Xmx${flink["flink.taskManagerHeapMb"].default}m`,
      `-Djava.io.tmpdir=${this.directory}`,
    ];
    const program = ["-cp", classPath, "streaming.bench.StreamsPeer", task, kafka.bootstrapServers];
    return spawn(
      javaExecutable() ?? "java",
      [...options, ...program, ...topics, id, join(this.directory, "client.properties")],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Ends a program and waits until it has ended. */
export async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const exit = once(program, "exit");
  program.kill();
  await exit;
}
