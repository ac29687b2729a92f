import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PreviewView } from "../view.ts";
import { ask } from "./api.ts";
import { previewText } from "./previewText.ts";
import { useRequest } from "./useRequest.ts";

interface Props {
  /** Undefined for a host that is still to be named. */
  readonly hostname: string | undefined;
  readonly value: number | undefined;
  readonly onDone: () => void;
}

const PREVIEW_AFTER_MS = 200;

/** Edits a threshold in place, and shows beforehand how many alerts it would have raised. */
export function ThresholdForm({ hostname, value, onDone }: Props) {
  const [typed, setTyped] = useState("");
  const name = hostname ?? typed.trim();
  const [text, setText] = useState(value === undefined ? "" : String(value));
  /** The threshold that the user has seen, and of which host. */
  const [seen, setSeen] = useState({ name, value: value ?? null });
  const { send, isSending, problem } = useRequest(onDone);
  const preview = usePreview(name, text);
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    first.current?.focus();
    first.current?.select();
  }, []);

  const save = async (event: Event) => {
    event.preventDefault();
    const former = seen.name === name ? seen.value : null;
    const refused = await send("PUT", "thresholds", { hostname: name, value: numberIn(text), former });
    if (refused?.current !== undefined) setSeen({ name, value: refused.current });
  };
  const isNew = hostname === undefined;
  return (
    <form class="edit" onSubmit={save} onKeyDown={({ key }) => key === "Escape" && onDone()}>
      {isNew && (
        <label>
          Host{" "}
          <input
            ref={first}
            value={typed}
            maxLength={253}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
      )}
      <label>
        {isNew ? (
          "Percent of CPU"
        ) : (
          <>
            Threshold of <bdi>{hostname}</bdi>, in percent
          </>
        )}{" "}
        <input
          {...(!isNew && { ref: first })}
          class="figure"
          inputMode="decimal"
          size={6}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <span class="buttons">
        <button type="submit" aria-disabled={isSending}>
          Save
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </span>
      <p class={problem === undefined ? "note" : "problem"} role="status">
        {problem ?? preview}
      </p>
    </form>
  );
}

/** The typed text as a number; anything else is left for the server to refuse. */
const numberIn = (text: string) => (text.trim() === "" ? text : Number(text.trim().replace(",", ".")));

/** What the value would have done in the last hour, once the user has stopped typing for a moment. */
function usePreview(hostname: string, text: string): string {
  const [preview, setPreview] = useState("");
  useEffect(() => {
    let isOld = false;
    const show = async () => {
      const result = await ask<PreviewView>("POST", "preview", { hostname, value: numberIn(text) });
      if (isOld) return;
      if ("problem" in result) return setPreview(text === "" || hostname === "" ? "" : result.problem);
      setPreview(previewText(result.answer));
    };
    const timer = setTimeout(show, PREVIEW_AFTER_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [hostname, text]);
  return preview;
}
