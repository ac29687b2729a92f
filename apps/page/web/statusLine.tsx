import { useState } from "preact/hooks";
import type { Part } from "../model/parts.ts";
import { RANGES, type Range, type StatusView } from "../view.ts";
import { number, shortSeconds, withUnit } from "./format.ts";
import type { State, Store } from "./store.ts";
import { changeTheme, chosenTheme } from "./theme.ts";
import { Time } from "./time.tsx";
import { verdictOf } from "./verdict.ts";

const RANGE_NAMES: Readonly<Record<Range, string>> = {
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "1d": "1 day",
};

/** Whether all is well, or what is wrong, in words, and the way out; then what the page shows, and how. */
export function StatusLine({ state, store }: { state: State; store: Store }) {
  const { sections, now, paused, address } = state;
  const { status, episodes = [] } = sections;
  const verdict = verdictOf(state);
  const firing = episodes.filter(({ state: each }) => each === "firing").length;
  return (
    <header class="status">
      <div class={`verdict ${verdict.level}`}>
        <span class="dot" aria-hidden="true" />
        <span>
          {/* Without the text, which changes every second: a screen reader would read it out each time. */}
          <strong role="status">{verdict.title}</strong> {verdict.text}
          {verdict.help !== undefined && (
            <>
              {" "}
              <code>{verdict.help}</code>
            </>
          )}
        </span>
      </div>
      {status && <Figures status={status} firing={firing} now={now} />}
      {paused && (
        <strong class="paused">
          Paused at <Time at={now} now={now} />
        </strong>
      )}
      <div class="controls">
        <label>
          <span class="hidden">Range</span>
          <select
            value={address.range ?? ""}
            onChange={({ currentTarget: { value } }) =>
              store.go({ range: (value || undefined) as Range | undefined, from: undefined, to: undefined })
            }
          >
            <option value="">automatic: last {RANGE_NAMES[status?.range ?? "1h"]}</option>
            {Object.keys(RANGES).map((range) => (
              <option key={range} value={range}>
                last {RANGE_NAMES[range as Range]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" aria-pressed={paused} onClick={() => store.pause(!paused)}>
          {paused ? "Resume" : "Pause"}
        </button>
        <ThemeButton />
      </div>
      <PartList parts={status?.parts ?? []} />
    </header>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(chosenTheme());
  return (
    <button type="button" onClick={() => setTheme(changeTheme())}>
      Theme: {theme}
    </button>
  );
}

function Figures({ status, firing, now }: { status: StatusView; firing: number; now: number }) {
  const { readingsPerSecond, newestReadingAt, filterLatency, alertLatency } = status;
  const latency = (name: string, measured: StatusView["filterLatency"]) => (
    <span
      title={
        measured === null
          ? `Nothing came through the ${name} lately`
          : `${name}, of the newest ${measured.count}`
      }
    >
      {name}{" "}
      {measured === null
        ? "not known"
        : `p50 ${shortSeconds(measured.p50)}, p99 ${shortSeconds(measured.p99)}`}
    </span>
  );
  return (
    <div class="figures">
      <span>{withUnit(readingsPerSecond, " readings/s")}</span>
      {newestReadingAt !== null && (
        <span>
          newest <Time at={newestReadingAt} now={now} />
        </span>
      )}
      {latency("filter", filterLatency)}
      {latency("alerts", alertLatency)}
      <span>
        {number(firing)} {firing === 1 ? "episode" : "episodes"} firing
        {status.episodesLeftOut > 0 &&
          `, and ${number(status.episodesLeftOut)} older ones that are not listed`}
      </span>
    </div>
  );
}

const SIGNS = { up: "✓", down: "✕", "not known": "?" } as const;

function PartList({ parts }: { parts: readonly Part[] }) {
  return (
    <ul class="parts" aria-label="Parts of the stack">
      {parts.map(({ name, state, problem }) => (
        <li key={name} class={state === "not known" ? "unknown" : state} title={problem ?? state}>
          <span aria-hidden="true">{SIGNS[state]}</span> {name}
          <span class="hidden">: {state}</span>
        </li>
      ))}
    </ul>
  );
}
