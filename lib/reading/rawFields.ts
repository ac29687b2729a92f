const TOKEN = /"(?:[^"\\]+|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/gs;

/**
 * Fields of a JSON text by their paths, each as the text in which it is written; the last one if a name is repeated.
 * JSON.parse alone does not show whether a number was written as 1 or as 1.0.
 *
 * @param text known to be JSON
 * @param paths such as `usage`, `tags.host` or `cpus[0].load`
 */
export function rawFields(text: string, paths: readonly string[]): Map<string, string> {
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token);
  const found = new Map<string, string>();
  const wanted = new Set(paths);
  /** A later value in the same place replaces everything that was in it. */
  const forget = (place: string) => {
    for (const path of found.keys()) {
      if (path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`)) found.delete(path);
    }
  };
  let at = 0;
  const value = (place: string, isNamed: boolean): void => {
    if (isNamed) forget(place);
    const first = tokens[at++] ?? "";
    if (wanted.has(place) && isNamed) found.set(place, first);
    if (first === "{") members(place, isNamed);
    if (first === "[") elements(place, isNamed && place !== "");
  };
  const members = (place: string, isNamed: boolean): void => {
    while (tokens[at] !== "}") {
      if (tokens[at] === ",") at++;
      const name = JSON.parse(tokens[at] ?? "") as string;
      at += 2;
      // A name with a dot or a bracket in it is not a step of a path.
      value(place === "" ? name : `${place}.${name}`, isNamed && !/[.[\]]/.test(name) && name !== "");
    }
    at++;
  };
  const elements = (place: string, isNamed: boolean): void => {
    for (let index = 0; tokens[at] !== "]"; index++) {
      if (tokens[at] === ",") at++;
      value(`${place}[${index}]`, isNamed);
    }
    at++;
  };
  value("", true);
  return found;
}
