import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import type { SlowStep } from "../../components/hosts/host.ts";
import type { Progress, Task } from "../../lib/progress.ts";
import { PENDING_OPERATIONS } from "./interruptedRun.ts";

const VERBS: Record<string, string> = {
  create: "create",
  update: "update",
  delete: "delete",
  read: "read",
  refresh: "look at",
  replace: "replace",
  "create-replacement": "create again",
  "delete-replaced": "delete the old",
};

/** Shows the engine's steps on a progress display, one task per resource, and collects its errors. */
export class EngineProgress {
  /** How many resources were created, updated and so on, e.g. `{ create: 24 }`; known with the last event. */
  changes: Record<string, number> = {};
  /** Whether an earlier run was interrupted while it created something. */
  interrupted = false;
  private readonly tasks = new Map<string, Task>();
  /** The errors, each with the names of the affected resources. */
  private readonly failures = new Map<string, Set<string>>();
  private readonly starting: Task;

  constructor(
    private readonly progress: Progress,
    private readonly slowSteps: readonly SlowStep[] = [],
    /** Receives the name of each resource that is in its desired state. */
    private readonly onDone: (resource: string) => void = () => undefined,
    /** What is said if an earlier run was interrupted while it created something. */
    private readonly afterInterruption = "An earlier run was interrupted; this run finds and completes what it had begun.",
  ) {
    this.starting = progress.task("Starting the Pulumi engine");
  }

  /** Each error once, prefixed with the names of its resources. */
  get errors(): string[] {
    return [...this.failures].map(([text, names]) =>
      [[...names].join(", "), text].filter(Boolean).join(": "),
    );
  }

  readonly onEvent = (event: EngineEvent): void => {
    this.starting.done();
    if (event.resourcePreEvent) this.begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.end(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent) this.task(event.resOpFailedEvent.metadata)?.fail();
    if (event.diagnosticEvent)
      this.diagnose(event.diagnosticEvent.severity, event.diagnosticEvent.message, event.diagnosticEvent.urn);
    if (event.summaryEvent) this.changes = event.summaryEvent.resourceChanges;
  };

  private begin({ op, urn, type }: StepEventMetadata): void {
    const verb = VERBS[op];
    // Components and the stack itself only group other resources.
    if (verb === undefined || !isOurs(type)) return;
    const task = this.progress.task(`${verb} ${nameOf(urn)} (${type.split(":").at(-1)})`);
    this.tasks.set(urn, task);
    for (const { afterMs, hint } of this.slowSteps.filter((slow) => slow.on.test(type))) {
      // A task that has ended ignores the hint.
      setTimeout(() => task.update(hint), afterMs).unref();
    }
  }

  private end(step: StepEventMetadata): void {
    this.task(step)?.done();
    this.onDone(nameOf(step.urn));
  }

  private task({ urn }: StepEventMetadata): Task | undefined {
    return this.tasks.get(urn);
  }

  private warn(text: string): void {
    this.interrupted ||= text.startsWith(PENDING_OPERATIONS);
    this.progress.note(text.startsWith(PENDING_OPERATIONS) ? this.afterInterruption : text);
  }

  private diagnose(severity: string, message: string, urn = ""): void {
    const text = plain(message).trim();
    if (severity === "warning") this.warn(text);
    if (severity !== "error" || text === "update failed" || text === "" || isEcho(text)) return;
    const isStack = urn === "" || urn.includes("::pulumi:pulumi:Stack::");
    const names = this.failures.get(text) ?? new Set();
    this.failures.set(text, isStack ? names : names.add(nameOf(urn)));
  }
}

/** `20 unchanged`, `3 created, 1 updated`. */
export function describeChanges(changes: Record<string, number>): string {
  const words: Record<string, string> = {
    create: "created",
    update: "updated",
    delete: "deleted",
    same: "unchanged",
    replace: "replaced",
  };
  const parts = Object.entries(changes).map(([op, count]) => `${count} ${words[op] ?? op}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

const isOurs = (type: string) =>
  /^(streaming:(process|kafka|postgres|opensearch|flink|random)|\w+:index\/\w+):/.test(type);

/** Aiven's provider also logs the errors that it returns. */
const isEcho = (text: string) => /^sdk-v2\/provider2\.go:\d+: /.test(text);

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

/** The engine marks colours as `<{%red%}>`. */
const plain = (message: string) => message.replaceAll(/<\{%.*?%\}>/g, "");
