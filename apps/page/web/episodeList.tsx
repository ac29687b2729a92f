import type { EpisodeView } from "../view.ts";
import type { Address } from "./address.ts";
import { clock, duration, number } from "./format.ts";
import { matches } from "./matching.ts";
import { memo } from "./memo.ts";
import type { Store } from "./store.ts";
import { Time } from "./time.tsx";

interface Props {
  readonly episodes: readonly EpisodeView[];
  readonly address: Address;
  readonly now: number;
  readonly store: Store;
}

/** Rows that are shown at once; the number on top counts all. */
const STEP = 100;

const STATES = ["firing", "silenced", "resolved"] as const;

/** Episodes, newest first, narrowed by what is selected. */
export const EpisodeList = memo(({ episodes, address, now, store }: Props) => {
  const found = episodes.filter((episode) => matches(episode, address));
  const rules = [...new Set(episodes.map(({ rule }) => rule))].sort();
  return (
    <section class="panel" aria-labelledby="episodes-title">
      <h2 id="episodes-title">
        Episodes <span class="count">{found.length}</span>
      </h2>
      <div class="filters">
        <Choice label="State" value={address.state} of={STATES} onChoose={(state) => store.go({ state })} />
        <Choice label="Rule" value={address.rule} of={rules} onChoose={(rule) => store.go({ rule })} />
        <Selected address={address} now={now} store={store} />
      </div>
      {found.length === 0 ? (
        <p class="empty">
          {episodes.length === 0
            ? "Nothing was anomalous in this range."
            : "No episode fits what is selected: choose less, or another range."}
        </p>
      ) : (
        <ol class="episodes">
          {found.slice(0, STEP).map((episode) => (
            <Episode key={episode.id} episode={episode} now={now} store={store} />
          ))}
        </ol>
      )}
      {found.length > STEP && (
        <p class="note">
          The newest {STEP} of {found.length}. A host or a cell narrows them.
        </p>
      )}
    </section>
  );
});

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly of: readonly string[];
  readonly onChoose: (value: string | undefined) => void;
}

function Choice({ label, value, of, onChoose }: ChoiceProps) {
  return (
    <label>
      <span class="hidden">{label}</span>
      <select
        value={value ?? ""}
        onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}
      >
        <option value="">every {label.toLowerCase()}</option>
        {of.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What a click has narrowed the page to, and the way back. */
function Selected({ address, now, store }: { address: Address; now: number; store: Store }) {
  const { host, cpu, from, to } = address;
  if (host === undefined) return null;
  const name = cpu === undefined ? host : `${host}/${cpu}`;
  const time = from !== undefined && to !== undefined ? ` ${clock(from, now)}–${clock(to, now)}` : "";
  return (
    <button
      type="button"
      class="chip"
      aria-label={`Show all hosts instead of ${name}`}
      onClick={() => store.go({ host: undefined, cpu: undefined, from: undefined, to: undefined })}
    >
      {name}
      {time} <span aria-hidden="true">✕</span>
    </button>
  );
}

const SIGNS = { firing: "●", silenced: "○", resolved: "✓" } as const;

function Episode({ episode, now, store }: { episode: EpisodeView; now: number; store: Store }) {
  const { hostname, cpu, rule, state, since, until } = episode;
  return (
    <li class={`episode ${state}`}>
      <button type="button" class="episode-name" onClick={() => store.go({ host: hostname, cpu })}>
        <span class="sign" aria-hidden="true">
          {SIGNS[state]}
        </span>
        <span class="series">
          {hostname}/{cpu}
        </span>
      </button>
      <span class="badge">{state}</span>
      <p class="why">{comparison(episode)}</p>
      <p class="when">
        {rule} · since <Time at={since} now={now} seconds={false} /> ·{" "}
        {until === null ? `for ${duration(now - since)}` : `lasted ${duration(until - since)}`}
      </p>
    </li>
  );
}

/** How far it is from what it should be, in one sentence; what the rule itself says if that is not numbers. */
export function comparison({ actual, threshold, expected, message, rule }: EpisodeView): string {
  if (actual === null) return message;
  const usual = rule === "learned" ? expected : threshold;
  if (usual === null) return message;
  const what = rule === "learned" ? "expected" : "its threshold of";
  const times =
    usual > 0 && actual / usual >= 1.5
      ? ` (${number(actual / usual)} times ${rule === "learned" ? "the usual" : "that"})`
      : "";
  return rule === "learned"
    ? `${number(actual)} % instead of the ${what} ${number(usual)} %${times}`
    : `${number(actual)} % on average, over ${what} ${number(usual)} %${times}`;
}
