import { useState } from "preact/hooks";
import type { SilencesView, SilenceView } from "../view.ts";
import { ask } from "./api.ts";
import { duration } from "./format.ts";
import { Time } from "./time.tsx";

interface Props {
  readonly silences: SilencesView | undefined;
  readonly now: number;
  readonly readOnly: boolean;
}

/** The active silences, those that end first on top. */
export function SilenceList({ silences, now, readOnly }: Props) {
  const [problem, setProblem] = useState<string>();
  if (silences === undefined || silences.total === 0) return null;
  const end = async (id: string) => {
    const result = await ask("DELETE", `silences/${id}`);
    setProblem("problem" in result ? result.problem : undefined);
  };
  return (
    <section class="silences" aria-label="Silences">
      <h3>Silences</h3>
      <ul>
        {silences.rows.map(({ id, hostname, cpu, rule, until, reason }) => {
          const what = `${hostname}${cpu === null ? "" : `/${cpu}`}`;
          return (
            <li key={id}>
              <span>
                <strong>
                  <bdi>{what}</bdi>
                </strong>
                {rule !== null && `, rule ${rule}`} <Until until={until} now={now} />: <bdi>{reason}</bdi>
              </span>
              {!readOnly && (
                <button type="button" aria-label={`End the silence of ${what}`} onClick={() => end(id)}>
                  End
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {silences.total > silences.rows.length && <p class="note">{silences.total} in all.</p>}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function Until({ until, now }: Pick<SilenceView, "until"> & Pick<Props, "now">) {
  if (until === null) return <>until somebody ends it</>;
  return (
    <>
      until <Time at={until} now={now} seconds={false} /> ({duration(until - now)})
    </>
  );
}
