import { setTimeout as sleep } from "node:timers/promises";
import { readingsAt } from "../cases/steady.ts";
import type { Stretch } from "./stretch.ts";

const TURN_MS = 200;
/** Event time that passes in a moment of ours. */
const SPEED = 10;

/** Readings to all partitions, turn by turn, until it is stopped. */
export class SteadyStream {
  /** Event time of the newest readings, epoch ms. */
  time: number;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(private readonly stretch: Stretch) {
    this.time = stretch.from;
    this.#running = this.#run();
    // Reported by stop().
    this.#running.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      await this.stretch.send(readingsAt(this.time, turn, this.stretch.partitions.length));
      await sleep(TURN_MS);
      this.time += TURN_MS * SPEED;
    }
  }
}
