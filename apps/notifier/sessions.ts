import type { KafkaMessage } from "kafkajs";
import type { PartitionOffset } from "./positions.ts";
import type { Session } from "./session.ts";

/** Sessions one after the other: each begins its work when the one before has finished its own. */
export class Sessions {
  /** Rejected when a session has failed, never fulfilled. */
  readonly failure: Promise<never>;
  /** Ends everything for this reason. */
  readonly fail: (reason: unknown) => void;
  #current: Session | undefined;
  #end = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor() {
    let reject: (reason: unknown) => void = () => {};
    this.failure = new Promise((_, rejectFailure) => {
      reject = rejectFailure;
    });
    // Handled by its readers; there may be none yet.
    this.failure.catch(() => {});
    this.fail = reject;
  }

  /** Ends the current session and begins the next, unless there is none to begin. */
  next(create: (end: AbortSignal) => Session | undefined): void {
    this.#end.abort();
    this.#end = new AbortController();
    const session = create(this.#end.signal);
    this.#current = session;
    this.#finished = this.#finished.then(() => session?.run()).catch(this.fail);
  }

  /** Hands records to the current session. @returns whether it took them */
  take(records: readonly KafkaMessage[], next: PartitionOffset): boolean {
    return this.#current?.take(records, next) ?? false;
  }

  /** Ends the current session, and returns when it has finished. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#finished;
  }
}
