import { EpisodeList } from "./episodeList.tsx";
import { Lanes } from "./lanes.tsx";
import { PipelinePicture } from "./pipelinePicture.tsx";
import { QuarantineList } from "./quarantineList.tsx";
import { SeriesPanel } from "./seriesPanel.tsx";
import { StatusLine } from "./statusLine.tsx";
import type { State, Store } from "./store.ts";
import { ThresholdList } from "./thresholdList.tsx";

/** The whole page; each part of it shows what has arrived so far. */
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
    silences,
  } = sections;
  const { readOnly = true, stack = "local", thresholdCacheMs = 0 } = status ?? {};
  return (
    <div class={link.state === "lost" ? "page stale" : "page"}>
      <StatusLine state={state} store={store} />
      <main>
        <div class="column wide">
          <Lanes lanes={lanes} episodes={episodes} address={address} store={store} stack={stack} />
          <SeriesPanel
            series={series}
            throughput={throughput}
            store={store}
            isChosen={address.host !== undefined}
            keptSeries={lanes?.keptSeries ?? null}
          />
          <QuarantineList
            quarantine={quarantine}
            isRunning={pipeline?.jobs.some(({ pipeline: name }) => name === "quarantine")}
            now={now}
            stack={stack}
          />
        </div>
        <div class="column side">
          <EpisodeList
            episodes={episodes}
            address={address}
            now={now}
            store={store}
            silences={silences}
            readOnly={readOnly}
            alerting={pipeline?.jobs.some(({ pipeline: name }) => ALERTING.includes(name))}
            stack={stack}
          />
          <ThresholdList
            thresholds={thresholds}
            host={address.host}
            readOnly={readOnly}
            cacheMs={thresholdCacheMs}
          />
        </div>
        <div class="column all">
          <PipelinePicture pipeline={pipeline} now={now} />
        </div>
      </main>
    </div>
  );
}

/** The pipelines that write episodes. */
const ALERTING = ["alerts", "silent", "learned"];

const NONE: readonly never[] = [];
