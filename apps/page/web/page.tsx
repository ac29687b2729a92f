import { EpisodeList } from "./episodeList.tsx";
import { Lanes } from "./lanes.tsx";
import { PipelinePicture } from "./pipelinePicture.tsx";
import { QuarantineList } from "./quarantineList.tsx";
import { SeriesPanel } from "./seriesPanel.tsx";
import { StatusLine } from "./statusLine.tsx";
import type { State, Store } from "./store.ts";
import { ThresholdList } from "./thresholdList.tsx";

/** The whole page; each part of it shows what has come so far. */
export function Page({ state, store }: { state: State; store: Store }) {
  const { address, link, sections, now } = state;
  const {
    status,
    lanes,
    series,
    episodes = NONE,
    thresholds,
    pipeline,
    quarantine,
    throughput,
    silences = NONE,
  } = sections;
  const readOnly = status?.readOnly ?? true;
  return (
    <div class={link.state === "lost" ? "page stale" : "page"}>
      <StatusLine state={state} store={store} />
      <main>
        <div class="column wide">
          <Lanes lanes={lanes} episodes={episodes} address={address} store={store} stack={status?.stack} />
          <SeriesPanel series={series} throughput={throughput} store={store} />
        </div>
        <div class="column side">
          <EpisodeList
            episodes={episodes}
            address={address}
            now={now}
            store={store}
            silences={silences}
            readOnly={readOnly}
          />
          <ThresholdList thresholds={thresholds} readOnly={readOnly} />
        </div>
        <div class="column all">
          <PipelinePicture pipeline={pipeline} now={now} />
          <QuarantineList quarantine={quarantine} now={now} />
        </div>
      </main>
    </div>
  );
}

const NONE: readonly never[] = [];
