import { useEffect, useRef } from "preact/hooks";
import type { EpisodeView, LanesView, LaneView } from "../view.ts";
import type { Address } from "./address.ts";
import { clock, number, utc } from "./format.ts";
import { Lane } from "./lane.tsx";
import { memo } from "./memo.ts";
import { moveFocus } from "./moveFocus.ts";
import type { Store } from "./store.ts";

interface Props {
  readonly lanes: LanesView | undefined;
  readonly episodes: readonly EpisodeView[];
  readonly address: Address;
  readonly store: Store;
  readonly stack: string;
}

/** Hosts over time, the worst first. */
export const Lanes = memo(({ lanes, episodes, address, store, stack }: Props) => {
  const hosts = useStill(lanes?.hosts ?? []);
  const table = useRef<HTMLTableElement>(null);
  const isEmpty = hosts.shown.length === 0;
  // On a narrow screen, the newest cells are visible first.
  useEffect(() => table.current?.parentElement?.scrollTo({ left: table.current.clientWidth }), [isEmpty]);
  if (lanes === undefined) return <Panel>Waiting for the first windows …</Panel>;
  if (lanes.hosts.length === 0) {
    return (
      <Panel>
        No host has been seen yet. To send readings: <code>npm run generate -- --stack {stack}</code>
      </Panel>
    );
  }
  const rows = hosts.shown.flatMap((host) => [host, ...host.cpus]);
  return (
    <section class="panel" aria-labelledby="lanes-title">
      <h2 id="lanes-title">
        Hosts × time <Legend />
      </h2>
      <div class="scroll" onPointerEnter={hosts.hold} onPointerLeave={hosts.release}>
        <table
          class="lanes"
          ref={table}
          aria-labelledby="lanes-title"
          onKeyDown={(event) => moveFocus(event, table.current)}
        >
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">Host</span>
              </th>
              <Ticks lanes={lanes} />
            </tr>
          </thead>
          <tbody>
            {rows.map((lane, index) => (
              <Lane
                key={JSON.stringify([lane.hostname, lane.cpu])}
                lane={lane}
                from={lanes.from}
                cellMs={lanes.cellMs}
                episodes={episodes}
                address={address}
                store={store}
                isFirst={index === 0}
              />
            ))}
          </tbody>
        </table>
      </div>
      {lanes.total > lanes.hosts.length && (
        <p class="note">
          The {lanes.hosts.length} worst of {lanes.total} hosts.
        </p>
      )}
      {hosts.shown.map(
        ({ hostname, cpus, totalCpus }) =>
          cpus.length > 0 &&
          totalCpus > cpus.length && (
            <p key={hostname} class="note">
              The {cpus.length} worst of {number(totalCpus)} CPUs of <bdi>{hostname}</bdi>.
            </p>
          ),
      )}
      {lanes.keptSeries !== null && (
        <p class="note">
          The page keeps {number(lanes.keptSeries)} series, and there are more: hosts without an alert, and
          those that have sent nothing for ten minutes, may be missing. The pipelines see all of them.
        </p>
      )}
    </section>
  );
});

function Panel({ children }: { children: preact.ComponentChildren }) {
  return (
    <section class="panel">
      <h2>Hosts × time</h2>
      <p class="empty">{children}</p>
    </section>
  );
}

function Legend() {
  const entries = [
    ["calm", "under the threshold"],
    ["over", "over it, or over what was expected"],
    ["firing", "episodes, with their number"],
    ["none", "no data"],
  ];
  return (
    <span class="legend">
      {entries.map(([kind, text]) => (
        <span key={kind}>
          <i class={`cell ${kind}`} aria-hidden="true" /> {text}
        </span>
      ))}
    </span>
  );
}

const EVERY = 6;

function Ticks({ lanes: { from, cellMs, cells } }: { lanes: LanesView }) {
  const ticks = Array.from({ length: Math.ceil(cells / EVERY) }, (_, index) => from + index * EVERY * cellMs);
  return (
    <>
      {ticks.map((time) => (
        <th key={time} scope="col" colSpan={EVERY} title={utc(time)}>
          {clock(time, Date.now(), { seconds: cellMs < 60_000 })}
        </th>
      ))}
    </>
  );
}

/** Keeps the order of the hosts while the pointer is over them, so that rows do not jump under it. */
function useStill(hosts: readonly LaneView[]) {
  const order = useRef<readonly string[]>([]);
  const isHeld = useRef(false);
  const place = ({ hostname }: LaneView) => {
    const index = order.current.indexOf(hostname);
    return index < 0 ? order.current.length : index;
  };
  const shown = isHeld.current ? [...hosts].sort((a, b) => place(a) - place(b)) : hosts;
  order.current = shown.map(({ hostname }) => hostname);
  return {
    shown,
    hold: () => {
      isHeld.current = true;
    },
    release: () => {
      isHeld.current = false;
    },
  };
}
