const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** The arrow keys move through the grid; Tab reaches only one of its cells. */
export function moveFocus(event: KeyboardEvent, table: HTMLTableElement | null): void {
  const step = STEPS[event.key];
  const cell = (event.target as Element).closest("td, th");
  const row = cell?.parentElement;
  if (step === undefined || table === null || !(row instanceof HTMLTableRowElement) || !cell) return;
  const rows = [...table.tBodies].flatMap(({ rows: each }) => [...each]);
  const column = [...row.cells].indexOf(cell as HTMLTableCellElement) + step[1];
  const target = rows[rows.indexOf(row) + step[0]]?.cells[column]?.querySelector<HTMLElement>(".name, .cell");
  if (!target) return;
  event.preventDefault();
  for (const each of table.querySelectorAll<HTMLElement>('button[tabindex="0"]')) each.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}
