import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { firstRow } from "../../clients/results/firstRow.ts";
import { followRows } from "../../clients/results/followRows.ts";
import type { Row } from "../../clients/results/row.ts";
import { namesOf } from "../../components/names.ts";
import { pageUrl } from "../../components/page.ts";
import { type Pipeline, pipelines } from "../../components/pipelines.ts";
import type { Settings } from "../../components/settings.ts";
import { during, type Progress } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import { EVERYTHING } from "../../setup/needs.ts";
import { deploy } from "../engine/engine.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";
import { openInBrowser } from "../output/browser.ts";
import { RowFormat } from "../output/rowFormat.ts";
import { describeStack, flinkLines } from "../output/summary.ts";
import { onServicesOf } from "../output/terminal.ts";

const ROWS = 3;
/** The pipeline that starts first. */
const FIRST = "filter";

/** @param options `open` opens the live page in a browser, if there is one and someone can see it */
export async function start({ open }: { readonly open: boolean }): Promise<void> {
  await withStack(
    "local",
    async (stack, progress) => {
      const deployed = new AbortController();
      const { changes, outputs } = await deploy(stack, progress, {
        onDone: (resource, settings) => {
          if (resource === "page-process") showPage(settings, open, progress);
          if (resource === `cpu-${FIRST}`) void showFirstRow(settings, progress, deployed.signal);
        },
      }).finally(() => deployed.abort());
      const rows = await awaitRows(outputs, progress);
      progress.close();
      console.log(report(changes, outputs, rows));
    },
    { create: true, needs: EVERYTHING },
  );
}

/** Readings show on the page while the later pipelines are still being started. */
function showPage(settings: Settings, open: boolean, progress: Progress): void {
  const url = pageUrl(settings["page.port"]);
  progress.note(`Live page: ${url}`);
  if (open) openInBrowser(url);
}

/** So does the first pipeline's first row. An error in reading it is reported at the end if it persists. */
async function showFirstRow(settings: Settings, progress: Progress, signal: AbortSignal): Promise<void> {
  if (settings["kafka.runsOn"] !== "local") return;
  const kafka: KafkaConnection = {
    bootstrapServers: `127.0.0.1:${settings["kafka.port"]}`,
    security: { protocol: "PLAINTEXT" },
  };
  const topic = namesOf(settings, "local", () => false).topic(pipelines[FIRST].output.topic);
  const row = await firstRow(kafka, { topic, pipeline: FIRST }, signal).catch(() => undefined);
  if (row !== undefined) progress.note(`First anomaly: ${new RowFormat([FIRST]).row(row)}`);
}

async function awaitRows(outputs: StackOutputs, progress: Progress) {
  const task = progress.task("Waiting for the first results");
  return during(task, () =>
    onServicesOf("local", () =>
      firstRows(outputs, ROWS, (missing) => task.update(`none yet from ${missing.join(", ")}`)),
    ),
  );
}

function report(changes: string, outputs: StackOutputs, rows: Row[]): string {
  const format = new RowFormat(Object.keys(outputs.results));
  return `
The stack local is up (${changes}), and results are flowing. The first of each pipeline, with times in UTC:

${rows.map((row) => `  ${format.row(row)}`).join("\n")}

What runs where:

${describeStack(outputs)}

Next:

  npm run watch               follow the results, live
  npm run status -- local     what runs, how it is, and how much has come through
  npm run destroy -- local    stop everything and remove its data
  docs/tutorial.md            what you see, step by step, in ten minutes

What was installed for it is in ${cacheDirectory()}; npm run clean removes that.
`;
}

/** How long to wait while no further pipeline has a first row. */
const PATIENCE_MS = 90_000;
/** How long to wait for more rows once every pipeline has one. */
const FURTHER_MS = 1_000;

/**
 * The first rows of every pipeline, in the pipelines' order; for rare ones, whatever has arrived by then.
 *
 * @param count maximum rows of each
 * @param onWaiting receives the pipelines that have no row yet
 * @throws UserError if pipelines lack a row and none of them gets one for 90 s
 */
export async function firstRows(
  outputs: StackOutputs,
  count: number,
  onWaiting: (missing: string[]) => void,
): Promise<Row[]> {
  const rows = new Map<string, Row[]>(Object.keys(outputs.results).map((pipeline) => [pipeline, []]));
  const missing = () =>
    [...rows].filter(([name, found]) => found.length === 0 && !isRare(name)).map(([name]) => name);
  const end = new AbortController();
  const patience = setTimeout(() => end.abort(), PATIENCE_MS).unref();
  onWaiting(missing());
  await followRows(outputs, { fromBeginning: true, signal: end.signal }, (row) => {
    const found = rows.get(row.pipeline);
    if (found === undefined || found.length === count) return;
    found.push(row);
    patience.refresh();
    if (missing().length > 0) onWaiting(missing());
    else setTimeout(() => end.abort(), FURTHER_MS).unref();
  });
  if (missing().length > 0) {
    throw new UserError(
      `No results arrived from ${missing().join(", ")} within ${PATIENCE_MS / 1000} s. ` +
        `Is anything sending readings? ${places(outputs)}`,
    );
  }
  return [...rows.values()].flat();
}

function places(outputs: StackOutputs): string {
  const flink = flinkLines(outputs).map(([title, place]) => `${title}: ${place}`);
  return [...(outputs.logs === undefined ? [] : [`The logs are in ${outputs.logs}.`]), ...flink].join(" ");
}

function isRare(name: string): boolean {
  const catalogue: Readonly<Record<string, Pipeline>> = pipelines;
  return catalogue[name]?.rare === true;
}
