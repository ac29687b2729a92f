import type { QuarantineView } from "../view.ts";
import { number } from "./format.ts";
import { memo } from "./memo.ts";
import { Time } from "./time.tsx";

interface Props {
  readonly quarantine: QuarantineView | undefined;
  /** Whether the stack runs the pipeline; undefined while that is not known. */
  readonly isRunning: boolean | undefined;
  readonly now: number;
  readonly stack: string;
}

/** Messages that are not valid readings: how many for each reason, and the newest of them. */
export const QuarantineList = memo(({ quarantine, isRunning, now, stack }: Props) => (
  <section class="panel" aria-labelledby="quarantine-title">
    <h2 id="quarantine-title">Quarantine</h2>
    {quarantine === undefined || quarantine.reasons.length === 0 ? (
      <Nothing isRunning={isRunning} stack={stack} />
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
));

/** Why there is nothing in the quarantine, and what to do. */
function Nothing({ isRunning, stack }: Pick<Props, "isRunning" | "stack">) {
  return isRunning === false ? (
    <p class="empty">
      The pipeline quarantine does not run. Add it to <code>pipelines</code> in Pulumi.{stack}.yaml, then{" "}
      <code>npm run up -- {stack}</code>
    </p>
  ) : (
    <p class="empty">
      No message of the last hour was refused. To see which of your own are valid readings:{" "}
      <code>npm run check -- --stack {stack}</code>
    </p>
  );
}
