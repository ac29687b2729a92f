import type { Socket } from "node:net";

/** The most that may be in transit before the sender has to wait. */
const ROOM = 4 * 1024 * 1024;

/** A chunk in transit, or the end of the connection. */
interface Parcel {
  readonly due: number;
  readonly chunk: Buffer | "closed" | "broken";
}

/** One direction of a connection through a proxy, which can be slowed down or blocked. */
export class Lane {
  delayMs = 0;
  #isBlocked = false;
  #queue: Parcel[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    from.on("data", (chunk) => this.#add(chunk));
    from.on("error", () => {});
    from.on("close", (hadError) => this.#add(hadError ? "broken" : "closed"));
    to.on("drain", () => this.#pass());
  }

  /** While it is blocked nothing passes, not even the end of the connection; afterwards everything does. */
  set blocked(isBlocked: boolean) {
    this.#isBlocked = isBlocked;
    this.#pass();
  }

  #add(chunk: Parcel["chunk"]): void {
    this.#queue.push({ due: Date.now() + this.delayMs, chunk });
    if (typeof chunk !== "string") this.#bytes += chunk.length;
    if (this.#bytes > ROOM) this.from.pause();
    this.#pass();
  }

  #pass(): void {
    clearTimeout(this.#timer);
    while (!this.#isBlocked && !this.to.writableNeedDrain) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const early = next.due - Date.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.#pass(), early);
        return;
      }
      this.#queue.shift();
      this.#deliver(next.chunk);
    }
    if (this.#bytes <= ROOM && this.from.isPaused()) this.from.resume();
  }

  #deliver(chunk: Parcel["chunk"]): void {
    const { to } = this;
    if (typeof chunk !== "string") this.#bytes -= chunk.length;
    if (to.destroyed) return;
    if (chunk === "broken") to.resetAndDestroy();
    else if (chunk === "closed") to.end();
    else to.write(chunk);
  }
}
