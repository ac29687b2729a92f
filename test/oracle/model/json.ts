const STRING = /"(?:[^"\\]+|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * The members of a JSON object by name, each as the text in which it is written; if a name is repeated, the last
 * one counts.
 *
 * @returns undefined unless the text is exactly one JSON object
 */
export function jsonMembers(text: string): Map<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  } catch {
    return undefined;
  }
  return membersOfValid(text);
}

/** Needs no checks, since the text is known to be an object. */
function membersOfValid(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf("{") + 1;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [token = ""] = pattern.exec(text) ?? [];
    at += token.length;
    return token;
  };
  for (;;) {
    take(SPACE);
    if (text[at] === ",") {
      at++;
      continue;
    }
    if (text[at] === "}") return members;
    const name = JSON.parse(take(STRING)) as string;
    take(SPACE);
    at++; // the colon
    take(SPACE);
    const start = at;
    skipValue();
    members.set(name, text.slice(start, at));
  }

  function skipValue(): void {
    let depth = 0;
    do {
      const next = text[at] ?? "";
      if (next === '"') take(STRING);
      else if ("{[]},: \t\n\r".includes(next)) {
        if ("{[".includes(next)) depth++;
        if ("]}".includes(next)) depth--;
        at++;
      } else take(SCALAR);
    } while (depth > 0);
  }
}
