import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { World } from "../../../apps/page/model/world.ts";
import { statusView } from "../../../apps/page/views/status.ts";
import { connect } from "../../../apps/page/web/connection.ts";
import { Store } from "../../../apps/page/web/store.ts";
import { verdictOf } from "../../../apps/page/web/verdict.ts";

const TEN_O_CLOCK = new Date(2026, 10, 27, 10, 0, 0).getTime();

/** The server's events, as the test sends them. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static newest: FakeSource;
  readonly readyState = 1;

  constructor(readonly address: string) {
    super();
    FakeSource.newest = this;
  }

  close(): void {}

  send(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

describe("a tab whose server does not answer", () => {
  let store: Store;
  let visibilityState: "visible" | "hidden";
  let changed: () => void;
  const see = (state: typeof visibilityState) => {
    visibilityState = state;
    changed();
  };
  const said = () => {
    const { title, text } = verdictOf(store.state);
    return `${title} ${text ?? ""}`.trim();
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: TEN_O_CLOCK });
    visibilityState = "visible";
    vi.stubGlobal("EventSource", FakeSource);
    vi.stubGlobal("location", { search: "" });
    vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
    vi.stubGlobal("document", {
      hidden: false,
      get visibilityState() {
        return visibilityState;
      },
      addEventListener: (_: string, listener: () => void) => {
        changed = listener;
      },
    });
    store = new Store();
    connect(store);
    const world = new World(TEN_O_CLOCK, [], []);
    world.newestReadingAt = TEN_O_CLOCK;
    const info = { stack: "local", readOnly: false, thresholdCacheMs: 5_000, pipelines: {} };
    FakeSource.newest.send("status", statusView(world, info, TEN_O_CLOCK));
    FakeSource.newest.send("tick", TEN_O_CLOCK);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says for how long, each second anew", () => {
    const drawn: string[] = [];
    store.listen(() => drawn.push(said()));
    expect(said()).toBe("All well");
    vi.advanceTimersByTime(8_100);
    const sentence = (time: string) =>
      `Disconnected. The page's server has not answered for ${time}. What is shown is from then.`;
    expect(drawn).toEqual(["All well", ...["5 s", "6 s", "7 s", "8 s"].map(sentence)]);
    vi.advanceTimersByTime(3_600_000);
    expect(drawn.at(-1)).toBe(sentence("1 h"));
  });

  it("counts from the last answer, even if it was hidden in the meantime, and says that it connects", () => {
    see("hidden");
    vi.advanceTimersByTime(7_200_000);
    see("visible");
    expect(said()).toBe("Connecting … What is shown is from 10:00:00.");
    vi.advanceTimersByTime(5_100);
    expect(said()).toBe(
      "Disconnected. The page's server has not answered for 2 h. What is shown is from then.",
    );
    FakeSource.newest.send("tick", Date.now());
    expect(said()).not.toContain("Disconnected");
  });
});
