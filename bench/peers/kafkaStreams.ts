import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { heapMegabytes } from "../../components/selfManaged/flinkCluster.ts";
import { runTool } from "../../setup/runTool.ts";
import { javaExecutable } from "../../tools/prerequisites.mjs";
import type { Cluster } from "../support/pipelineRun.ts";

const ADVICE = "The program of Kafka Streams could not be built.";

/** As our pipelines read and write. */
const CLIENT_PROPERTIES = `consumer.max.partition.fetch.bytes=524288
consumer.fetch.max.wait.ms=25
consumer.fetch.min.bytes=1048576
producer.linger.ms=20
producer.batch.size=262144
`;

/** The filter and the windows of bench/peers/streams, built into a folder of their own. */
export class StreamsPeer {
  private constructor(private readonly directory: string) {}

  static async build(): Promise<StreamsPeer> {
    const directory = mkdtempSync(join(tmpdir(), "streams-peer-"));
    const pom = join(import.meta.dirname, "streams/pom.xml");
    await runTool("mvn", ["-B", "-f", pom, `-Dtarget.directory=${directory}`, "package"], { advice: ADVICE });
    writeFileSync(join(directory, "client.properties"), CLIENT_PROPERTIES);
    return new StreamsPeer(directory);
  }

  /** Starts one of them, which ends when its process is killed; its consumer group is its application id. */
  start(task: "filter" | "windows", { kafka }: Cluster, topics: [string, string], id: string): ChildProcess {
    const classPath = [join(this.directory, "streams-peer.jar"), join(this.directory, "jars", "*")].join(":");
    const options = ["-XX:+UseSerialGC", `-Xmx${heapMegabytes(1)}m`, `-Djava.io.tmpdir=${this.directory}`];
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

/** Ends a program, and returns when it has ended. */
export async function end(program: ChildProcess): Promise<void> {
  const exit = once(program, "exit");
  program.kill();
  await exit;
}
