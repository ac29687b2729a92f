import { randomUUID } from "node:crypto";
import type { Consumer } from "kafkajs";
import type { Page } from "playwright-core";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import { until } from "../topics.ts";

/** When Flink wrote a result, when it could be read, and when a browser drew it. Epoch ms. */
export interface Freshness {
  readonly text: string;
  readonly writtenAt: number;
  readonly readAt: number;
  readonly drawnAt: number;
}

/** Follows results from their topics to a page, each by a text that appears in its key or value and on the page. */
export class FreshnessWatch {
  readonly #texts: string[] = [];
  readonly #read = new Map<string, Pick<Freshness, "writtenAt" | "readAt">>();

  private constructor(
    private readonly page: Page,
    private readonly consumer: Consumer,
  ) {}

  static async start(page: Page, kafka: KafkaConnection, topics: readonly string[]): Promise<FreshnessWatch> {
    const groupId = `test-${randomUUID()}`;
    const consumer = kafkaClient(kafka, "test").consumer({ groupId, maxWaitTimeInMs: 100 });
    const watch = new FreshnessWatch(page, consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { key, value, timestamp } }) => {
        const found = watch.#texts.find((text) => `${key} ${value}`.includes(text));
        if (found === undefined || watch.#read.has(found)) return;
        watch.#read.set(found, { writtenAt: Number(timestamp), readAt: Date.now() });
      },
    });
    return watch;
  }

  /** Also follows results with these texts, none of which has been written. */
  async follow(texts: readonly string[]): Promise<void> {
    this.#texts.push(...texts);
    await this.page.evaluate(noteWhenDrawn, [...texts]);
  }

  /** Waits until the result with this text has been read and drawn. */
  async of(text: string): Promise<Freshness> {
    let drawnAt: number | undefined;
    const isDrawn = async () => {
      drawnAt = await this.page.evaluate((key) => (globalThis as unknown as Noting).drawnAt[key], text);
      return drawnAt !== undefined && this.#read.has(text);
    };
    await until(isDrawn, `${text} to be read and drawn`);
    const { writtenAt, readAt } = this.#read.get(text) ?? { writtenAt: Number.NaN, readAt: Number.NaN };
    return { text, writtenAt, readAt, drawnAt: drawnAt ?? Number.NaN };
  }

  stop(): Promise<void> {
    return this.consumer.disconnect();
  }
}

interface Noting {
  drawnAt: Record<string, number>;
}

/** Runs in the browser: looks before each frame, and records the time after that frame. */
function noteWhenDrawn(texts: readonly string[]): void {
  const noting = globalThis as unknown as Noting;
  noting.drawnAt ??= {};
  const { drawnAt } = noting;
  let open = [...texts];
  let found: string[] = [];
  const frame = () => {
    for (const text of found) drawnAt[text] = Date.now();
    const shown = document.querySelector("main")?.textContent ?? "";
    found = open.filter((text) => shown.includes(text));
    open = open.filter((text) => !found.includes(text));
    if (open.length + found.length > 0) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/**
 * When the newest checkpoints of a running job were completed, epoch ms; the JobManager remembers ten.
 *
 * @param later waits for one that was completed after this time
 */
export async function checkpointsOf(flinkUrl: string, job: string, later: number): Promise<number[]> {
  const ask = async <T>(path: string) => (await (await fetch(flinkUrl + path)).json()) as T;
  const { jobs } = await ask<{ jobs: { jid: string; name: string; state: string }[] }>("/jobs/overview");
  const running = jobs.find(({ name, state }) => name === job && state === "RUNNING");
  let completed: number[] = [];
  const hasLater = async () => {
    type Checkpoint = { status: string; latest_ack_timestamp: number };
    const { history } = await ask<{ history: Checkpoint[] }>(`/jobs/${running?.jid}/checkpoints`);
    completed = history
      .filter(({ status }) => status === "COMPLETED")
      .map(({ latest_ack_timestamp: at }) => at);
    return Math.max(...completed) > later;
  };
  await until(hasLater, `a later checkpoint of ${job}`);
  return completed;
}
