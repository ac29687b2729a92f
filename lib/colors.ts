import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/**
 * Colours as NO_COLOR (https://no-color.org) and FORCE_COLOR (https://force-color.org, `0` and `false` for none) say. If
 * neither is set, colours on a terminal and none elsewhere.
 */
export function colorsFor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Colors {
  return pc.createColors(wantsColors(stream.isTTY === true, env));
}

function wantsColors(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !["0", "false"].includes(FORCE_COLOR);
  return isTerminal && TERM !== "dumb";
}

/** Colours for standard output. Those that picocolors chooses itself are also in files, if CI is set. */
export const colors = colorsFor(process.stdout);
