import { useState } from "preact/hooks";
import type { Threshold } from "../model/thresholds.ts";
import { number } from "./format.ts";
import { memo } from "./memo.ts";
import { ThresholdForm } from "./thresholdForm.tsx";

interface Props {
  readonly thresholds: readonly Threshold[] | undefined;
  /** The host that is selected. */
  readonly host: string | undefined;
  readonly readOnly: boolean;
}

/** If there are more hosts, a search narrows them down. */
const MOST_ROWS = 50;

/** Stands for a host that is still to be named; no host has this name. */
const NEW = "";

/** The thresholds, which can be edited in place, and whether the pipelines use them. */
export const ThresholdList = memo(({ thresholds, host, readOnly }: Props) => {
  const [edited, setEdited] = useState<string>();
  const [sought, setSought] = useState("");
  const close = () => setEdited(undefined);
  const found = (thresholds ?? []).filter(({ hostname }) =>
    host === undefined ? hostname.includes(sought) : hostname === host,
  );
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
      {thresholds === undefined ? (
        <p class="empty">Waiting for PostgreSQL …</p>
      ) : thresholds.length === 0 ? (
        <p class="empty">
          No host has a threshold: the rule threshold raises no alert.{" "}
          {readOnly
            ? "Thresholds are rows of the table cpu_thresholds in PostgreSQL."
            : "Add a host to set one."}
        </p>
      ) : found.length === 0 ? (
        <p class="empty">{host === undefined ? "No host has that name." : `${host} has no threshold.`}</p>
      ) : (
        <ul class="thresholds">
          {found.slice(0, MOST_ROWS).map((threshold) => (
            <li key={threshold.hostname}>
              {edited === threshold.hostname ? (
                <ThresholdForm {...threshold} onDone={close} />
              ) : (
                <Row threshold={threshold} readOnly={readOnly} onEdit={() => setEdited(threshold.hostname)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {host === undefined && (thresholds ?? []).length > MOST_ROWS && (
        <p class="note">
          {number(Math.min(found.length, MOST_ROWS))} of {number(thresholds?.length)} hosts.{" "}
          <label>
            Find <input value={sought} onInput={({ currentTarget }) => setSought(currentTarget.value)} />
          </label>
        </p>
      )}
    </section>
  );
});

interface RowProps {
  readonly threshold: Threshold;
  readonly readOnly: boolean;
  readonly onEdit: () => void;
}

function Row({ threshold: { hostname, value, isUsed }, readOnly, onEdit }: RowProps) {
  const text = `${number(value)} %`;
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
          "in use within 5 s …"
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
