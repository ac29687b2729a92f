import { readFileSync } from "node:fs";
import { replaceFile } from "../../lib/replaceFile.ts";
import { type GeneratorOptions, GeneratorOptionsError } from "./options.ts";
import { firstTurnFrom, historyStart } from "./readings.ts";

/** How far a generator got. All times in epoch ms. */
export interface Progress {
  /** Messages that Kafka has acknowledged, over all runs that share the file. */
  readonly sent: number;
  /** How many of them were of the history. */
  readonly sentHistory: number;
  /** The newest acknowledged event time. */
  readonly newest: number;
  readonly updatedAt: number;
  /** The event time of turn 0, so that a restart stays in step. */
  readonly origin: number;
}

/** Where a run begins. */
export interface RunStart {
  readonly options: GeneratorOptions;
  readonly firstTurn: number;
  /** The event time at which the unsent history begins, epoch ms; undefined if there is none. */
  readonly historyFrom?: number;
  /** Messages that earlier runs have sent. */
  readonly sent: number;
  /** How many of them were of the history, which `count` does not include. */
  readonly sentHistory: number;
  /** The newest event time that earlier runs have sent, epoch ms; 0 when there is none. */
  readonly newest: number;
}

/**
 * The first turn of a run: the one after the newest acknowledged event, but no further back than `backfill` before
 * `now` (epoch ms), so that a restart neither repeats the past nor leaves a gap within that limit.
 */
export function runStart(options: GeneratorOptions, saved: Progress | undefined, now: number): RunStart {
  const history = (from: number, start: number) =>
    options.history > 0 && from < start ? { historyFrom: from } : {};
  if (saved === undefined) {
    return {
      options,
      firstTurn: 0,
      ...history(historyStart(options), options.start),
      sent: 0,
      sentHistory: 0,
      newest: 0,
    };
  }

  const sent = saved.sent - saved.sentHistory;
  const left = options.count === undefined ? {} : { count: Math.max(0, options.count - sent) };
  const resumed = { ...options, ...left, start: saved.origin };
  const from = Math.max(saved.newest + 1, now - options.backfill);
  return {
    options: resumed,
    firstTurn: firstTurnFrom(resumed, from),
    ...history(saved.newest + 1, saved.origin),
    sent: saved.sent,
    sentHistory: saved.sentHistory,
    newest: saved.newest,
  };
}

/**
 * Reads a progress file; `undefined` when there is none.
 *
 * @throws GeneratorOptionsError when the file holds something else
 */
export function readProgress(file: string): Progress | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const saved = parse(text);
  if (saved !== undefined) return saved;

  const allowed = 'JSON such as {"sent":35,"newest":1633956789277}; delete the file to start afresh';
  throw new GeneratorOptionsError([{ name: "progressFile", value: file, allowed }]);
}

/** Replaces a progress file. */
export function writeProgress(file: string, progress: Progress): void {
  replaceFile(file, `${JSON.stringify(progress)}\n`);
}

function parse(text: string): Progress | undefined {
  try {
    const { sent, sentHistory, newest, updatedAt, origin } = JSON.parse(text) as Partial<Progress>;
    if (!Number.isSafeInteger(sent) || !Number.isSafeInteger(newest)) return undefined;
    return {
      sent: sent as number,
      sentHistory: sentHistory ?? 0,
      newest: newest as number,
      updatedAt: updatedAt ?? 0,
      origin: origin ?? (newest as number),
    };
  } catch {
    return undefined;
  }
}
