import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useRequest } from "./useRequest.ts";

/** What is silenced: an episode's CPU and rule, a CPU, or a host. */
export interface SilenceSubject {
  readonly hostname: string;
  readonly cpu?: string | undefined;
  readonly rule?: string | undefined;
}

interface Scope {
  readonly text: string;
  /** Null for every one. */
  readonly cpu: string | null;
  readonly rule: string | null;
}

const TIMES = [
  [30, "30 minutes"],
  [120, "2 hours"],
  [480, "8 hours"],
  [1_440, "1 day"],
  [10_080, "1 week"],
] as const;

/** Silences a CPU, or its whole host, for a time and with a reason. */
export function SilenceForm({ subject, onDone }: { subject: SilenceSubject; onDone: () => void }) {
  const { hostname } = subject;
  const scopes = scopesOf(subject);
  const [chosen, setChosen] = useState(0);
  const [minutes, setMinutes] = useState<number>(TIMES[0][0]);
  const [reason, setReason] = useState("");
  const { send, isSending, problem } = useRequest(onDone);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);

  const save = (event: Event) => {
    event.preventDefault();
    const { cpu = null, rule = null } = scopes[chosen] ?? {};
    void send("POST", "silences", { hostname, cpu, rule, minutes, reason });
  };
  return (
    <form class="edit" ref={form} onSubmit={save} onKeyDown={({ key }) => key === "Escape" && onDone()}>
      {scopes.length === 1 ? (
        <span>
          Silence <bdi>{scopes[0]?.text}</bdi>
        </span>
      ) : (
        <label>
          Silence{" "}
          <select onChange={({ currentTarget }) => setChosen(currentTarget.selectedIndex)}>
            {scopes.map(({ text }) => (
              <option key={text}>{text}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        for{" "}
        <select value={minutes} onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}>
          {TIMES.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        because{" "}
        <input
          value={reason}
          maxLength={500}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
      <span class="buttons">
        <button type="submit" aria-disabled={isSending}>
          Silence
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </span>
      <p class={problem === undefined ? "note" : "problem"} role="status">
        {problem ?? "Detection continues; no messages are sent until then."}
      </p>
    </form>
  );
}

/** What can be silenced, the smallest scope first. */
function scopesOf({ hostname, cpu, rule }: SilenceSubject): Scope[] {
  const host = { text: `all of ${hostname}`, cpu: null, rule: null };
  if (cpu === undefined) return [host];
  const name = `${hostname}/${cpu}`;
  return [{ text: rule === undefined ? name : `${name}, rule ${rule}`, cpu, rule: rule ?? null }, host];
}
