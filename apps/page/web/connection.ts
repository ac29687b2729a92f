import type { Range, SectionName } from "../view.ts";
import { type Address, eventsQuery } from "./address.ts";
import type { Store } from "./store.ts";

const SECTIONS: readonly SectionName[] = [
  "status",
  "lanes",
  "series",
  "episodes",
  "thresholds",
  "silences",
  "pipeline",
  "quarantine",
  "throughput",
];

/** The server sends a tick at least once a second: without one for this long, the connection counts as lost. */
const SILENT_MS = 4_000;
const AGAIN_MS = 1_000;
/** How long a tab that nobody sees keeps its connection: a browser has six for all tabs of a server. */
const HIDDEN_MS = 5_000;

/**
 * Keeps the store up to date with the server's events for what the address shows, while the tab can be seen; reconnects
 * on its own.
 */
export function connect(store: Store): void {
  /** Undefined while the tab is hidden. */
  let source: EventSource | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let query = "";
  let shown = store.state.address;
  /** When the last tick came; until the first, when the page was opened. */
  let heardAt = Date.now();
  let waitingSince = heardAt;

  const open = () => {
    source?.close();
    const { address } = store.state;
    query = eventsQuery(address);
    let asked = sectionsAskedFor(shown, address, store.state.sections.status?.range);
    shown = address;
    const opened = new EventSource(`./api/events${query}`);
    source = opened;
    for (const name of SECTIONS) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
        if (source === opened) store.section(name, JSON.parse(data), asked.includes(name));
      });
    }
    opened.addEventListener("refused", ({ data }: MessageEvent<string>) => {
      waitingSince = Date.now();
      if (source === opened) store.set({ link: { state: "refused", problem: JSON.parse(data) } });
    });
    opened.addEventListener("tick", ({ data }: MessageEvent<string>) => {
      if (source !== opened) return;
      heardAt = Date.now();
      waitingSince = heardAt;
      asked = [];
      store.set({ link: { state: "connected" }, ...(!store.state.paused && { now: Number(data) }) });
    });
  };

  const leave = () => {
    source?.close();
    source = undefined;
  };

  const followVisibility = () => {
    clearTimeout(leaving);
    if (document.visibilityState === "hidden") {
      leaving = setTimeout(leave, HIDDEN_MS);
    } else if (source === undefined) {
      waitingSince = Date.now();
      store.set({ link: { state: "connecting" } });
      open();
    }
  };

  const watch = () => {
    if (source === undefined || Date.now() - waitingSince <= SILENT_MS) return;
    // Each time, because the page says for how long.
    store.set({ link: { state: "lost", since: heardAt } });
    // The browser stops retrying after an answer that is not a stream.
    if (source.readyState === EventSource.CLOSED) open();
  };

  open();
  followVisibility();
  document.addEventListener("visibilitychange", followVisibility);
  setInterval(watch, AGAIN_MS);
  store.listen(({ address }) => {
    if (source !== undefined && eventsQuery(address) !== query) open();
  });
}

/**
 * The sections that the server sends again because the user looks at something else.
 *
 * @param automatic the range that the server has chosen if the user has not
 */
function sectionsAskedFor(
  former: Address,
  next: Address,
  automatic: Range | undefined,
): readonly SectionName[] {
  const rangeOf = ({ range = automatic }: Address) => range;
  if (rangeOf(former) !== rangeOf(next) || former.unfold !== next.unfold) return SECTIONS;
  return former.host === next.host && former.cpu === next.cpu ? [] : ["series"];
}
