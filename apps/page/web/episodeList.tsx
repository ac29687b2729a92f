import type { EpisodeView, SilencesView } from "../view.ts";
import type { Address } from "./address.ts";
import { Episode } from "./episode.tsx";
import { clock } from "./format.ts";
import { matches } from "./matching.ts";
import { memo } from "./memo.ts";
import { SilenceHost } from "./silenceHost.tsx";
import { SilenceList } from "./silenceList.tsx";
import type { Store } from "./store.ts";

interface Props {
  readonly episodes: readonly EpisodeView[];
  readonly address: Address;
  readonly now: number;
  readonly store: Store;
  readonly silences: SilencesView | undefined;
  readonly readOnly: boolean;
  /** Whether a pipeline of the stack raises alerts; undefined while that is not known. */
  readonly alerting: boolean | undefined;
  readonly stack: string;
}

/** Rows shown at once, unless a cell is chosen: its number has to equal the rows. The number on top counts all. */
const MOST_ROWS = 100;

const STATES = ["firing", "silenced", "resolved"] as const;

/** Episodes, newest first, narrowed to what is selected. */
export const EpisodeList = memo(
  ({ episodes, address, now, store, silences, readOnly, alerting, stack }: Props) => {
    const found = episodes.filter((episode) => matches(episode, address));
    const shown = address.from === undefined ? found.slice(0, MOST_ROWS) : found;
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
          {address.host !== undefined && !readOnly && (
            <SilenceHost key={`${address.host}/${address.cpu}`} hostname={address.host} cpu={address.cpu} />
          )}
        </div>
        {found.length === 0 ? (
          <Nothing isFiltered={episodes.length > 0} alerting={alerting} stack={stack} store={store} />
        ) : (
          <ol class="episodes">
            {shown.map((episode) => (
              <Episode key={episode.id} episode={episode} now={now} store={store} readOnly={readOnly} />
            ))}
          </ol>
        )}
        {found.length > shown.length && (
          <p class="note">
            The newest {shown.length} of {found.length}. A host or a cell narrows them.
          </p>
        )}
        <SilenceList silences={silences} now={now} readOnly={readOnly} />
      </section>
    );
  },
);

interface NothingProps extends Pick<Props, "alerting" | "stack" | "store"> {
  /** Whether there are episodes that a filter hides. */
  readonly isFiltered: boolean;
}

/** Why there is no episode, and what to do to see one. */
function Nothing({ isFiltered, alerting, stack, store }: NothingProps) {
  if (isFiltered) {
    return (
      <p class="empty">
        No episode matches the selection.{" "}
        <button type="button" class="link" onClick={() => store.go(EVERYTHING)}>
          Show all
        </button>
      </p>
    );
  }
  if (alerting === false) {
    return (
      <p class="empty">
        No pipeline of this stack raises alerts. Add <code>alerts</code> to <code>pipelines</code> in Pulumi.
        {stack}
        .yaml, then <code>npm run up -- {stack}</code>
      </p>
    );
  }
  return (
    <p class="empty">
      Nothing was anomalous in this range. To see an alert within a minute, lower a threshold below to less
      than the host usually has.
    </p>
  );
}

const EVERYTHING = {
  host: undefined,
  cpu: undefined,
  rule: undefined,
  state: undefined,
  from: undefined,
  to: undefined,
};

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
      <bdi>{name}</bdi>
      {time} <span aria-hidden="true">✕</span>
    </button>
  );
}
