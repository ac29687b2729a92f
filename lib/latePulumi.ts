import Module from "node:module";

/**
 * What Pulumi loads to turn a function into text, which no program of ours asks for: the compiler of TypeScript and the
 * package manager of npm. They take nearly half of the time in which a program with Pulumi starts.
 */
const LATE: readonly string[] = ["typescript", "@npmcli/arborist"];

type Load = (request: string, parent: { readonly filename?: string } | undefined, isMain: boolean) => object;

const loader = Module as unknown as { _load: Load };
const load = loader._load;

// To be imported before Pulumi: it gets what is late when it first uses something of it.
loader._load = function lateLoad(request, parent, isMain) {
  const isLate = LATE.includes(request) && parent?.filename?.includes("/@pulumi/pulumi/");
  if (!isLate) return load.call(this, request, parent, isMain);
  const loaded = () => load.call(this, request, parent, isMain);
  return new Proxy(() => {}, {
    get(_, key) {
      // Asked by `import * as`, which takes the module as it is then instead of copying all of it.
      if (key === "__esModule") return true;
      return key === "default" ? loaded() : Reflect.get(loaded(), key);
    },
  });
};
