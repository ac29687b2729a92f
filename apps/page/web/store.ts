import type { SectionName, Sections } from "../view.ts";
import { type Address, readAddress, writeAddress } from "./address.ts";

/** Whether the server answers; if not, since when, epoch ms. */
export type Link =
  | { readonly state: "connecting" | "connected" }
  | { readonly state: "refused"; readonly problem: string }
  | { readonly state: "lost"; readonly since: number };

export interface State {
  readonly address: Address;
  readonly link: Link;
  /** What has arrived so far; while the page is paused, what had arrived by then. */
  readonly sections: Partial<Sections>;
  /** By the server's clock, epoch ms; stands still while the page is paused. */
  readonly now: number;
  readonly paused: boolean;
}

type Listener = (state: State) => void;

/** Everything that the page knows. Listeners are notified of changes at most once per frame. */
export class Store {
  #state: State = {
    address: readAddress(location.search),
    link: { state: "connecting" },
    sections: {},
    now: Date.now(),
    paused: false,
  };
  /** What has arrived, shown or not. */
  #newest: Partial<Sections> = {};
  readonly #listeners = new Set<Listener>();
  #isScheduled = false;

  get state(): State {
    return this.#state;
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // A tab in the background gets no frames, but has to keep up anyway.
    const soon = document.hidden ? (run: () => void) => setTimeout(run, 0) : requestAnimationFrame;
    soon(() => {
      this.#isScheduled = false;
      for (const listener of this.#listeners) listener(this.#state);
    });
  }

  /** @param isAsked whether the user has just asked for it: it is shown even if the page is paused */
  section<N extends SectionName>(name: N, value: Sections[N], isAsked: boolean): void {
    this.#newest = { ...this.#newest, [name]: value };
    if (isAsked || !this.#state.paused) this.set({ sections: { ...this.#state.sections, [name]: value } });
  }

  /** Keeps what is shown as it is, or shows what has arrived meanwhile. */
  pause(paused: boolean): void {
    this.set(paused ? { paused } : { paused, sections: this.#newest });
  }

  /** Shows something else, and keeps it in the page's address. */
  go(change: Partial<Address>): void {
    const { address: former, sections } = this.#state;
    // The selection stays in sight: the server no longer changes the range.
    const chosen = change.host === undefined ? former.range : (former.range ?? sections.status?.range);
    const address = { ...former, range: chosen, ...change };
    history.replaceState(null, "", writeAddress(address));
    this.set({ address });
  }
}
