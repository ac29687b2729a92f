import { realpathSync } from "node:fs";
import { sizeText } from "../../lib/fileSize.ts";
import { during } from "../../lib/progress.ts";
import { table } from "../../lib/table.ts";
import { UserError } from "../../lib/userError.ts";
import { commandOf } from "../../provider/process/identity.ts";
import { runningFrom } from "../../provider/process/runningFrom.ts";
import { serverFolderOf } from "../../provider/process/workingFolder.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import { cacheTraces, goCaches, removeGoCaches, removeTraces, type Trace } from "../../setup/traces.ts";
import { localStacks } from "../engine/localStacks.ts";
import { stateDirectory } from "../engine/stackState.ts";
import { createProgress } from "../output/progress.ts";
import { confirming } from "../output/terminal.ts";

/**
 * Removes what the project has installed on this machine outside its folder, after listing it with sizes and asking.
 *
 * @param options `yes` agrees beforehand; `go` includes Go's own caches, which other programs use too
 * @param states the folder with the states of this project's stacks
 * @throws UserError if a stack needs what would be removed, or if nobody agrees
 */
export async function clean(
  { yes, go }: { readonly yes: boolean; readonly go: boolean },
  states = stateDirectory,
): Promise<void> {
  refuseIfDeployed(states);
  const { traces, ofGo } = await measured();
  refuseIfRunning(traces);
  const chosen = [...traces, ...(go && ofGo !== undefined ? [ofGo] : [])];
  console.log(describeTraces(chosen, go ? undefined : ofGo));
  if (chosen.length === 0) return;
  if (!(await confirming(yes)("Remove this?"))) {
    throw new UserError("Nothing was removed. npm run clean -- --yes removes it without asking.");
  }
  await removeTraces(traces);
  if (go && ofGo !== undefined) await removeGoCaches();
  const freed = chosen.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`Removed: ${sizeText(freed)}. The next npm start installs what it needs again.`);
}

/** Go's caches take a few seconds. */
async function measured(): Promise<{ traces: readonly Trace[]; ofGo: Trace | undefined }> {
  const progress = createProgress();
  try {
    const task = progress.task("Measuring what is there");
    return await during(task, async () => ({ traces: cacheTraces(), ofGo: await goCaches() }));
  } finally {
    progress.close();
  }
}

function refuseIfDeployed(states: string): void {
  const [stack] = localStacks(states);
  if (stack === undefined) return;
  throw new UserError(
    `The stack ${stack.name} needs what would be removed: npm run destroy -- ${stack.name} first.`,
  );
}

/** All copies of this project share the cache, also those of other users, so processes count wherever they are from. */
function refuseIfRunning(traces: readonly Trace[]): void {
  const paths = traces.flatMap((trace) => trace.paths.flatMap((path) => [path, realpathSync(path)]));
  const running = runningFrom(paths);
  const servers = running.filter(({ isServer }) => isServer).map(({ pid }) => pid);
  const others = running.filter(({ isServer }) => !isServer).map(({ pid }) => pid);
  const lines = (pids: readonly number[]) =>
    pids.map((pid) => `  process ${pid}${placeOfServer(pid)}`).join("\n");
  const problems = [
    servers.length > 0 &&
      `Servers of a stack run on this machine, from what would be removed:\n\n${lines(servers)}\n\nDestroy that stack first, as the user who deployed it, in the folder that it was deployed from; npm run doctor says more.`,
    others.length > 0 &&
      `Another command is at work on this machine, with programs that would be removed:\n\n${lines(others)}\n\nWait until it has ended, or end these processes. Then run npm run clean again.`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new UserError(problems.join("\n\n"));
}

/** The folder of a server; the command line of another process, or of another user's server. */
function placeOfServer(pid: number): string {
  const folder = serverFolderOf(pid);
  return folder === undefined ? `: ${commandOf(pid)}` : ` in ${folder.path}`;
}

/**
 * What will be removed, with sizes, and what will stay.
 *
 * @param ofGo Go's caches, which stay unless they are asked for
 */
export function describeTraces(traces: readonly Trace[], ofGo?: Trace): string {
  const rows = traces.flatMap(({ what, paths: [first = "", ...others], bytes }) => [
    [what, sizeText(bytes).padStart(7), first],
    ...others.map((path) => ["", "", path]),
  ]);
  const total = traces.reduce((sum, { bytes }) => sum + bytes, 0);
  const found =
    traces.length === 0
      ? [`There is nothing in the cache, ${cacheDirectory()}.`]
      : [table([...rows, ["Total", sizeText(total).padStart(7), ""]])];
  const kept =
    ofGo === undefined
      ? []
      : [`  Not removed: ${ofGo.what}, ${sizeText(ofGo.bytes)}. npm run clean -- --go removes them as well.`];
  return [
    ...found,
    ...kept,
    "  The packages in node_modules are in the project's folder and go with it. Maven keeps its own copies in ~/.m2.",
  ].join("\n");
}
