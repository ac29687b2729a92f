import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Problem } from "./api.ts";

/**
 * Sends the request of a form. Until the answer comes, sending again does nothing: a double click or a held Enter
 * changes one thing only. The form stays enabled meanwhile, because a disabled element would lose the focus.
 *
 * @param onDone called when the change is made, unless the form has been closed meanwhile
 */
export function useRequest(onDone: () => void) {
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  /** Unlike the state, these change at once. */
  const form = useRef({ isWaiting: false, isClosed: false });
  useEffect(
    () => () => {
      form.current.isClosed = true;
    },
    [],
  );
  const send = async (...request: Parameters<typeof ask>): Promise<Problem | undefined> => {
    if (form.current.isWaiting) return undefined;
    form.current.isWaiting = true;
    setSending(true);
    const result = await ask(...request);
    form.current.isWaiting = false;
    if (form.current.isClosed) return undefined;
    setSending(false);
    setProblem("problem" in result ? result.problem : undefined);
    if ("problem" in result) return result;
    onDone();
    return undefined;
  };
  return { send, isSending, problem };
}
