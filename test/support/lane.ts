import type { Socket } from "node:net";

/** What is under way at most, before the sender has to wait. */
const ROOM = 4 * 1024 * 1024;

/** A part of what is under way, or the end of the connection. */
interface Parcel {
  readonly due: number;
  readonly chunk: Buffer | "closed" | "broken";
}

/** One direction of a connection through a proxy: what it takes to the other end may be slow, or wait. */
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

  /** While it is blocked nothing passes, the end of the connection neither; afterwards all of it does. */
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
