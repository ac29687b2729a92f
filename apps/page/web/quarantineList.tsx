import type { QuarantineView } from "../view.ts";
import { number } from "./format.ts";
import { memo } from "./memo.ts";
import { Time } from "./time.tsx";

/** Messages that are no valid readings: how many for which reason, and the newest of them. */
export const QuarantineList = memo(
  ({ quarantine, now }: { quarantine: QuarantineView | undefined; now: number }) => (
    <section class="panel" aria-labelledby="quarantine-title">
      <h2 id="quarantine-title">Quarantine</h2>
      {quarantine === undefined || quarantine.reasons.length === 0 ? (
        <p class="empty">Every message of the last hour was a valid reading.</p>
      ) : (
        <>
          <table class="reasons">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="figure">
                  Messages
                </th>
                <th scope="col">Newest</th>
              </tr>
            </thead>
            <tbody>
              {quarantine.reasons.map(({ reason, count, newestAt }) => (
                <tr key={reason}>
                  <td>{reason}</td>
                  <td class="figure">{number(count)}</td>
                  <td>
                    <Time at={newestAt} now={now} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <details>
            <summary>The newest {quarantine.examples.length}</summary>
            <ol class="examples">
              {quarantine.examples.map(({ at, reason, text, hex, bytes, partition, offset }) => (
                <li key={`${partition}/${offset}`}>
                  <p>
                    <Time at={at} now={now} /> {reason} · partition {partition}, offset {offset},{" "}
                    {number(bytes)} bytes
                  </p>
                  <pre>{text === "" ? "(empty)" : text}</pre>
                  <pre class="hex">{hex}</pre>
                </li>
              ))}
            </ol>
          </details>
        </>
      )}
    </section>
  ),
);
