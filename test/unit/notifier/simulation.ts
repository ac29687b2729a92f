import type { Rules } from "../../../apps/notifier/decisions.ts";
import { Monitor } from "../../../apps/notifier/monitor.ts";
import type { SeriesState } from "../../../apps/notifier/series.ts";
import { aggregate, notification, numberOf } from "./windows.ts";

/** What a series does in one window. */
export type Level = "over" | "under" | "silent";

/** A record of one of the two topics that can be read from `at` on; ms. */
interface Written {
  readonly n: number;
  readonly at: number;
}

export const RULES: Rules = { cooldown: 150_000, grace: 10_000, calm: 0 };

/**
 * What has to be told of a series, told by the levels alone: `alert 3`, `resolved 5`, … A series that was over its
 * threshold is back by its first window under it, once all windows of the time `calm` are under it, or there are none.
 */
export function expectedChanges(levels: readonly Level[], { cooldown, calm } = RULES): string[] {
  const changes: string[] = [];
  let open: { notifiedAt: number; overUntil: number; back?: number } | undefined;
  const resolve = (window: number) => {
    changes.push(`resolved ${window}`);
    open = undefined;
  };
  for (const [n, level] of levels.entries()) {
    const { start, end } = aggregate(n);
    if (level === "under" && open !== undefined) {
      open.back ??= n;
      if (end >= open.overUntil + calm) resolve(open.back);
    }
    if (level !== "over") continue;
    if (open?.back !== undefined && start >= open.overUntil + calm) resolve(open.back);
    const isDue = open === undefined || end - open.notifiedAt >= cooldown;
    if (isDue) changes.push(`${open === undefined ? "alert" : "reminder"} ${n}`);
    open = { notifiedAt: isDue || open === undefined ? end : open.notifiedAt, overUntil: end };
  }
  if (open?.back !== undefined) resolve(open.back);
  return changes;
}

/**
 * Two topics as jobs write them, read by a monitor that is now and then held up, killed and restored.
 *
 * @param next random numbers of [0, 1)
 * @param start how much of the stretch is already written when reading begins, ms
 * @returns what was told, in order
 */
export function simulate(
  levels: readonly Level[],
  next: () => number,
  start: number,
  rules: Rules = RULES,
): string[] {
  const aggregates: Written[] = [];
  const notifications: Written[] = [];
  for (const [n, level] of levels.entries()) {
    const at = n * 30_000 + next() * 5_000;
    if (level !== "silent") aggregates.push({ n, at });
    if (level === "over") notifications.push({ n, at: at + next() * (rules.grace - 1_000) });
  }
  notifications.sort((a, b) => a.at - b.at);

  const told: string[] = [];
  let monitor = new Monitor(rules);
  // What the state topic and the group's offsets say.
  let saved: SeriesState[] = [];
  let committed = { aggregates: 0, notifications: 0 };
  const position = { ...committed };
  const progress = { aggregates: 0, notifications: 0 };

  const readable = (topic: readonly Written[], now: number) => topic.filter(({ at }) => at <= now).length;
  // Undisturbed at the end, for as long as the last decisions may take.
  const end = rules.calm + 120_000;
  const lastKill = Math.max(levels.length * 30_000, start + 120_000);
  for (let now = start; now < lastKill + end; now += 100 + next() * 4_000) {
    const monitored = [];
    for (const [topic, name] of [
      [aggregates, "aggregates"],
      [notifications, "notifications"],
    ] as const) {
      const upTo = Math.min(readable(topic, now), position[name] + Math.floor(next() * 12));
      for (const { n } of topic.slice(position[name], upTo)) {
        const level = levels[n];
        if (name === "notifications") monitored.push(...monitor.notified(notification(n), now));
        else monitored.push(...monitor.aggregated(aggregate(n, level === "over" ? 95 : 50), now));
      }
      position[name] = upTo;
      if (upTo === readable(topic, now)) progress[name] = now;
    }
    monitored.push(...monitor.settle(progress, now));

    const killed = now < lastKill ? next() : 1;
    // Killed before anything of this round was posted.
    if (killed > 0.04) {
      told.push(...monitored.map((change) => `${change.kind} ${numberOf(change)}`));
      if (monitored.length > 0 || next() < 0.3) {
        const changed = monitor.takeChanged();
        if (changed.length > 0) saved = JSON.parse(JSON.stringify(changed));
        if (killed > 0.08) committed = { ...position };
      }
    }
    if (killed > 0.08) continue;
    // Killed, at the latest before the offsets were committed.
    monitor = new Monitor(rules);
    monitor.restore(saved, now);
    Object.assign(position, committed);
    Object.assign(progress, { aggregates: 0, notifications: 0 });
  }
  return told;
}
