/** Work that runs alongside a test until it is stopped. */
export class Background {
  #stopped = false;
  readonly #running: Promise<void>;

  /** @param work runs until `isStopped` returns true */
  constructor(work: (isStopped: () => boolean) => Promise<void>) {
    this.#running = work(() => this.#stopped);
    // Reported by stop().
    this.#running.catch(() => {});
  }

  /** Waits until the work has ended. Throws whatever it threw. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}
