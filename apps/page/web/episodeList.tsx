import type { Silence } from "../model/silences.ts";
import type { EpisodeView } from "../view.ts";
import type { Address } from "./address.ts";
import { Episode } from "./episode.tsx";
import { clock } from "./format.ts";
import { matches } from "./matching.ts";
import { memo } from "./memo.ts";
import { SilenceList } from "./silenceList.tsx";
import type { Store } from "./store.ts";

interface Props {
  readonly episodes: readonly EpisodeView[];
  readonly address: Address;
  readonly now: number;
  readonly store: Store;
  readonly silences: readonly Silence[];
  readonly readOnly: boolean;
}

/** Rows that are shown at once; the number on top counts all. */
const STEP = 100;

const STATES = ["firing", "silenced", "resolved"] as const;

/** Episodes, newest first, narrowed by what is selected. */
export const EpisodeList = memo(({ episodes, address, now, store, silences, readOnly }: Props) => {
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
            <Episode key={episode.id} episode={episode} now={now} store={store} readOnly={readOnly} />
          ))}
        </ol>
      )}
      {found.length > STEP && (
        <p class="note">
          The newest {STEP} of {found.length}. A host or a cell narrows them.
        </p>
      )}
      <SilenceList silences={silences} now={now} readOnly={readOnly} />
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
