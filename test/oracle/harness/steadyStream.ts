import { setTimeout as sleep } from "node:timers/promises";
import { Background } from "../../support/background.ts";
import { readingsAt } from "../cases/steady.ts";
import type { Stretch } from "./stretch.ts";

const TURN_MS = 200;
/** Event time that passes per unit of real time. */
const SPEED = 10;

/** Readings to all partitions in turn, until it is stopped. */
export class SteadyStream {
  /** Event time of the newest readings, epoch ms. */
  time: number;
  readonly #background: Background;

  constructor(private readonly stretch: Stretch) {
    this.time = stretch.from;
    this.#background = new Background((isStopped) => this.#run(isStopped));
  }

  stop(): Promise<void> {
    return this.#background.stop();
  }

  async #run(isStopped: () => boolean): Promise<void> {
    for (let turn = 0; !isStopped(); turn++) {
      await this.stretch.send(readingsAt(this.time, turn, this.stretch.partitions.length));
      await sleep(TURN_MS);
      this.time += TURN_MS * SPEED;
    }
  }
}
