import type { EpisodeView, LaneView } from "../view.ts";
import { type Address, unfoldedAfter } from "./address.ts";
import { clock, utc } from "./format.ts";
import { matches } from "./matching.ts";
import type { Store } from "./store.ts";

interface Props {
  readonly lane: LaneView;
  readonly from: number;
  readonly cellMs: number;
  readonly episodes: readonly EpisodeView[];
  readonly address: Address;
  readonly store: Store;
  readonly isFirst: boolean;
}

/** A host, or one of its CPUs, over time. */
export function Lane({ lane, from, cellMs, episodes, address, store, isFirst }: Props) {
  const { hostname, cpu } = lane;
  const own = { host: hostname, cpu: cpu ?? undefined };
  const isChosen = address.host === hostname && address.cpu === own.cpu;
  const meant = episodes.filter((episode) =>
    matches(episode, { ...own, rule: address.rule, state: address.state }),
  );
  return (
    <tr class={cpu === null ? "host" : "cpu"}>
      <th scope="row">
        <div class="lane-name">
          {cpu === null && <Unfold hostname={hostname} address={address} store={store} />}
          <button
            type="button"
            class="name"
            tabIndex={isFirst ? 0 : -1}
            aria-pressed={isChosen}
            title={lane.threshold === null ? `${hostname} has no threshold` : `threshold ${lane.threshold} %`}
            onClick={() =>
              store.go(isChosen ? NOTHING : { host: hostname, cpu: own.cpu, from: undefined, to: undefined })
            }
          >
            {cpu ?? hostname}
          </button>
          {lane.learning !== null && (
            <span class="learning">
              learning: {lane.learning.seen} of {lane.learning.needed} windows
            </span>
          )}
        </div>
      </th>
      {lane.levels.map((level, index) => {
        const start = from + index * cellMs;
        const end = start + cellMs;
        const count = meant.filter((episode) => matches(episode, { from: start, to: end })).length;
        const isCell = isChosen && address.from === start && address.to === end;
        return (
          <td key={start}>
            <button
              type="button"
              tabIndex={-1}
              class={`cell ${kindOf(level, count, lane)}${isCell ? " chosen" : ""}`}
              aria-label={labelOf(lane, start, level, count)}
              title={`${labelOf(lane, start, level, count)} (${utc(start)})`}
              onClick={() =>
                store.go(isCell ? NOTHING : { host: hostname, cpu: own.cpu, from: start, to: end })
              }
            >
              {count > 0 ? count : ""}
            </button>
          </td>
        );
      })}
    </tr>
  );
}

const NOTHING = { host: undefined, cpu: undefined, from: undefined, to: undefined };

function Unfold({ hostname, address, store }: { hostname: string; address: Address; store: Store }) {
  const isOpen = address.unfold.includes(hostname);
  return (
    <button
      type="button"
      class="unfold"
      aria-expanded={isOpen}
      aria-label={`CPUs of ${hostname}`}
      onClick={() => store.go({ unfold: unfoldedAfter(address, hostname) })}
    >
      <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
    </button>
  );
}

/** Amber: over the threshold or over what was expected; red: an episode; the further over, the stronger. */
function kindOf(level: number | null, count: number, { learning }: LaneView): string {
  const strength = (level ?? 0) >= 175 ? "s3" : (level ?? 0) >= 125 ? "s2" : "s1";
  if (count > 0) return `firing ${strength}`;
  if (level === null) return "none";
  if (level > 100) return `over ${strength}`;
  const calm = level >= 75 ? "calm s3" : level >= 40 ? "calm s2" : "calm s1";
  return learning === null ? calm : `${calm} learns`;
}

function labelOf(
  { hostname, cpu, threshold }: LaneView,
  start: number,
  level: number | null,
  count: number,
): string {
  const name = cpu === null ? hostname : `${hostname}/${cpu}`;
  const at = clock(start, Date.now(), { seconds: false });
  const usual = level !== null && level > 100 ? "of what was expected" : "usage";
  const of = threshold === null ? usual : "of the threshold or of what was expected";
  const highest = level === null ? "no data" : `at most ${level} % ${of}`;
  return `${name}, ${at}: ${highest}, ${count} ${count === 1 ? "episode" : "episodes"}`;
}
