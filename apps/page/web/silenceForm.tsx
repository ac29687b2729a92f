import { useEffect, useRef, useState } from "preact/hooks";
import type { EpisodeView } from "../view.ts";
import { ask } from "./api.ts";

const TIMES = [
  [30, "30 minutes"],
  [120, "2 hours"],
  [480, "8 hours"],
  [1_440, "1 day"],
  [10_080, "1 week"],
] as const;

/** Silences an episode's CPU, or its whole host, for a time and with a reason. */
export function SilenceForm({ episode, onDone }: { episode: EpisodeView; onDone: () => void }) {
  const { hostname, cpu, rule } = episode;
  const [whole, setWhole] = useState(false);
  const [minutes, setMinutes] = useState<number>(TIMES[0][0]);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string>();
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);

  const save = async (event: Event) => {
    event.preventDefault();
    const what = whole ? { cpu: null, rule: null } : { cpu, rule };
    const result = await ask("POST", "silences", { hostname, ...what, minutes, reason });
    if ("problem" in result) setProblem(result.problem);
    else onDone();
  };
  return (
    <form class="edit" onSubmit={save} onKeyDown={({ key }) => key === "Escape" && onDone()}>
      <label>
        Silence{" "}
        <select ref={first} onChange={({ currentTarget }) => setWhole(currentTarget.value === "host")}>
          <option value="cpu">
            {hostname}/{cpu}, rule {rule}
          </option>
          <option value="host">all of {hostname}</option>
        </select>
      </label>
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
        <button type="submit">Silence</button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </span>
      <p class={problem === undefined ? "note" : "problem"} role="status">
        {problem ?? "Detection goes on; no messages are sent until then."}
      </p>
    </form>
  );
}
