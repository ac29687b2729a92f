import { useState } from "preact/hooks";
import { SilenceForm, type SilenceSubject } from "./silenceForm.tsx";

/** Silences what is selected, whether it has episodes or not: before maintenance, say. */
export function SilenceHost({ hostname, cpu }: Pick<SilenceSubject, "hostname" | "cpu">) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <SilenceForm subject={{ hostname, cpu }} onDone={() => setOpen(false)} />;
  return (
    <button type="button" class="link" onClick={() => setOpen(true)}>
      Silence <bdi>{cpu === undefined ? hostname : `${hostname}/${cpu}`}</bdi> …
    </button>
  );
}
