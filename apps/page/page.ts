import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { replaceFile } from "../../lib/replaceFile.ts";
import { UserError } from "../../lib/userError.ts";
import { Attention } from "./feeds/attention.ts";
import { postgresEdits } from "./feeds/edits.ts";
import { feedFromFlink } from "./feeds/flinkFeed.ts";
import { countedPipelines, feedFromKafka } from "./feeds/kafkaFeed.ts";
import { feedLag } from "./feeds/lag.ts";
import { feedFromOpenSearch } from "./feeds/openSearchFeed.ts";
import { feedFromPostgres } from "./feeds/postgresFeed.ts";
import { sample } from "./feeds/sampler.ts";
import { pageApp } from "./http/app.ts";
import { World } from "./model/world.ts";
import type { PageOptions } from "./options.ts";

export interface PageArgs {
  readonly connection: KafkaConnection;
  readonly options: PageOptions;
  readonly onReport: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Serves the live page of a stack until the signal is aborted.
 *
 * @throws UserError if the port is taken
 */
export async function runPage({ connection, options, onReport, signal }: PageArgs): Promise<void> {
  const { host, port, readyFile, flinkUrl, openSearch, notifierGroup, generator } = options;
  const pipelines = Object.entries(options.pipelines);
  const parts = [
    "Kafka",
    "PostgreSQL",
    ...(openSearch ? ["OpenSearch"] : []),
    ...(flinkUrl ? ["Flink"] : []),
    ...(generator ? ["generator"] : []),
    ...(notifierGroup ? ["notifier"] : []),
  ];
  const results = Object.fromEntries(
    pipelines.flatMap(([name, { output }]) => (output && "topic" in output ? [[name, output.topic]] : [])),
  );
  const world = new World(Date.now(), countedPipelines(results), parts, options.thresholdCacheMs);
  const attention = new Attention();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const app = pageApp({
    world,
    attention,
    info: options,
    edits: postgresEdits(options.postgres, options),
    rules: options,
    webDirectory: options.webDirectory,
    signal: either,
  });
  const server = createServer(getRequestListener(app.fetch));
  await listening(server, host, port);
  onReport(`The page of the stack ${options.stack} is at http://127.0.0.1:${port}`);
  if (readyFile !== undefined) replaceFile(readyFile, `${process.pid}\n`);

  const help = `npm run up -- ${options.stack}`;
  try {
    await Promise.all([
      feedFromKafka(
        connection,
        { source: options.sourceTopic, form: options.sourceFormat, results },
        world,
        either,
        help,
      ),
      feedLag(connection, options.pipelines, notifierGroup, world, attention, either, help),
      feedFromPostgres(options.postgres, options, world, attention, either, help),
      sample(world, either),
      openSearch && feedFromOpenSearch(openSearch, world, attention, either, help),
      flinkUrl && feedFromFlink(flinkUrl, jobsOf(options), world, attention, either, help),
    ]);
  } finally {
    stop.abort();
    server.closeAllConnections();
    server.close();
  }
}

const jobsOf = ({ pipelines }: PageOptions) =>
  Object.fromEntries(Object.entries(pipelines).map(([name, { job }]) => [name, job]));

async function listening(server: ReturnType<typeof createServer>, host: string, port: number): Promise<void> {
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new UserError(
      `The port ${port} is in use: stop what uses it, or choose another one with page.port, or with --port of npm run page.`,
      {
        cause: error,
      },
    );
  }
}
