import { useState } from "preact/hooks";
import type { EpisodeView } from "../view.ts";
import { duration, exact, number } from "./format.ts";
import { SilenceForm } from "./silenceForm.tsx";
import type { Store } from "./store.ts";
import { Time } from "./time.tsx";

interface Props {
  readonly episode: EpisodeView;
  readonly now: number;
  readonly store: Store;
  readonly readOnly: boolean;
}

const SIGNS = { firing: "●", silenced: "○", resolved: "✓" } as const;

/** One episode: what it is, since when, how far it deviates, and its current state. */
export function Episode({ episode, now, store, readOnly }: Props) {
  const { hostname, cpu, rule, state, since, until } = episode;
  const [isSilencing, setSilencing] = useState(false);
  const name = `${hostname}/${cpu}`;
  return (
    <li class={`episode ${state}`}>
      <button
        type="button"
        class="episode-name"
        title="Show this CPU"
        onClick={() => store.go({ host: hostname, cpu })}
      >
        <span class="sign" aria-hidden="true">
          {SIGNS[state]}
        </span>
        <bdi class="series">{name}</bdi>
      </button>
      <span class="badge">{state}</span>
      <p class="why">{comparison(episode)}</p>
      <p class="when">
        {rule} · since <Time at={since} now={now} seconds={false} /> ·{" "}
        {until === null ? `for ${duration(now - since)}` : `lasted ${duration(until - since)}`}
        {state === "firing" && !readOnly && !isSilencing && (
          <button
            type="button"
            class="link"
            aria-label={`Silence ${name}`}
            onClick={() => setSilencing(true)}
          >
            Silence
          </button>
        )}
      </p>
      {isSilencing && <SilenceForm subject={episode} onDone={() => setSilencing(false)} />}
    </li>
  );
}

/** From this factor on, the sentence says how many times higher it is. */
const WORTH_SAYING = 1.5;

/** How far it deviates, in one sentence; the rule's own message if that cannot be said in numbers. */
export function comparison({ actual, threshold, expected, message, rule }: EpisodeView): string {
  const usual = rule === "learned" ? expected : threshold;
  if (actual === null || usual === null) return message;
  const times = usual > 0 ? actual / usual : 0;
  const factor = times >= WORTH_SAYING ? `, ${number(times)} times ` : "";
  return rule === "learned"
    ? `${number(actual)} % instead of ${number(usual)} %${factor && `${factor}as high as usual`}`
    : `${number(actual)} % on average, threshold ${exact(usual)} %${factor && `${factor}as high`}`;
}
