import { useEffect, useState } from "preact/hooks";
import type { ThresholdsView, ThresholdView } from "../view.ts";
import { ask } from "./api.ts";
import { duration, exact, number } from "./format.ts";
import { memo } from "./memo.ts";
import { ThresholdForm } from "./thresholdForm.tsx";

interface Props {
  /** Those of the host that is selected, or the first ones of all. */
  readonly thresholds: ThresholdsView | null | undefined;
  /** The host that is selected. */
  readonly host: string | undefined;
  readonly readOnly: boolean;
  /** How long pipelines may use an old threshold after a change. */
  readonly cacheMs: number;
}

/** Stands for a host that is still to be named; no host has this name. */
const NEW = "";

/** The thresholds, which can be edited in place, and whether the pipelines use them. */
export const ThresholdList = memo(({ thresholds, host, readOnly, cacheMs }: Props) => {
  const [edited, setEdited] = useState<string>();
  const [sought, setSought] = useState("");
  const close = () => setEdited(undefined);
  const { found = thresholds, problem } = useSearch(host === undefined ? sought : "", thresholds);
  return (
    <section class="panel" aria-labelledby="thresholds-title">
      <h2 id="thresholds-title">
        Thresholds
        {!readOnly && (
          <span class="buttons">
            <button type="button" onClick={() => setEdited(NEW)}>
              Add a host
            </button>
          </span>
        )}
      </h2>
      {edited === NEW && <ThresholdForm hostname={undefined} value={undefined} onDone={close} />}
      {!found ? (
        <p class="empty">Waiting for PostgreSQL …</p>
      ) : found.total === 0 ? (
        <p class="empty">
          No host has a threshold: the rule threshold raises no alert.{" "}
          {readOnly
            ? "Thresholds are rows of the table cpu_thresholds in PostgreSQL."
            : "Add a host to set one."}
        </p>
      ) : found.rows.length === 0 ? (
        <p class="empty">
          {host === undefined ? (
            "No host has that name."
          ) : (
            <>
              <bdi>{host}</bdi> has no threshold.
            </>
          )}
        </p>
      ) : (
        <ul class="thresholds">
          {found.rows.map((threshold) => (
            <li key={threshold.hostname}>
              {edited === threshold.hostname ? (
                <ThresholdForm {...threshold} onDone={close} />
              ) : (
                <Row
                  threshold={threshold}
                  readOnly={readOnly}
                  cacheMs={cacheMs}
                  onEdit={() => setEdited(threshold.hostname)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {host === undefined && found && (sought !== "" || found.found > found.rows.length) && (
        <p class="note">
          {number(found.rows.length)} of {number(found.total)} hosts.
          {found.kept !== null && ` The page knows only the first ${number(found.kept)} by name.`}{" "}
          <label>
            Find <input value={sought} onInput={({ currentTarget }) => setSought(currentTarget.value)} />
          </label>
          {problem !== undefined && <span role="alert"> Not searched: {problem}</span>}
        </p>
      )}
    </section>
  );
});

interface Search {
  readonly found?: ThresholdsView;
  /** Why there is no answer. */
  readonly problem?: string;
}

/** What the user seeks, from the server: a browser has only what it shows. */
function useSearch(text: string, thresholds: Props["thresholds"]): Search {
  const [search, setSearch] = useState<Search>({});
  // The server sends the first ones again when any has changed.
  useEffect(() => {
    if (text === "") return setSearch({});
    let isOld = false;
    ask<ThresholdsView>("GET", `thresholds/search?${new URLSearchParams({ text })}`).then((result) => {
      if (isOld) return;
      if ("problem" in result) setSearch({ problem: result.problem });
      else if ("rows" in result.answer) setSearch({ found: result.answer });
    });
    return () => {
      isOld = true;
    };
  }, [text, thresholds]);
  return search;
}

interface RowProps extends Pick<Props, "readOnly" | "cacheMs"> {
  readonly threshold: ThresholdView;
  readonly onEdit: () => void;
}

function Row({ threshold: { hostname, value, isUsed }, readOnly, cacheMs, onEdit }: RowProps) {
  const text = `${exact(value)} %`;
  return (
    <>
      <span class="host">{hostname}</span>
      <span class="in-use" role="status">
        {isUsed ? (
          <span title="The pipelines use it">
            <span aria-hidden="true">✓</span>
            <span class="hidden">used by the pipelines</span>
          </span>
        ) : (
          `in use within ${duration(cacheMs)} …`
        )}
      </span>
      {readOnly ? (
        <span class="figure">{text}</span>
      ) : (
        <button
          type="button"
          class="figure"
          aria-label={`Change the threshold of ${hostname}, now ${text}`}
          onClick={onEdit}
        >
          {text}
        </button>
      )}
    </>
  );
}
