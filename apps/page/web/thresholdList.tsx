import type { Threshold } from "../model/thresholds.ts";
import { number } from "./format.ts";
import { memo } from "./memo.ts";

/** The thresholds, and whether the pipelines use them. */
export const ThresholdList = memo(({ thresholds }: { thresholds: readonly Threshold[] | undefined }) => (
  <section class="panel" aria-labelledby="thresholds-title">
    <h2 id="thresholds-title">Thresholds</h2>
    {thresholds === undefined ? (
      <p class="empty">Waiting for PostgreSQL …</p>
    ) : (
      <table class="thresholds">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col" class="figure">
              Percent of CPU
            </th>
            <th scope="col">In use</th>
          </tr>
        </thead>
        <tbody>
          {thresholds.map(({ hostname, value, isUsed }) => (
            <tr key={hostname}>
              <th scope="row">{hostname}</th>
              <td class="figure">{number(value)}</td>
              <td>{isUsed ? "✓ by the pipelines" : "… within 5 s"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
));
