import Module from "node:module";

/**
 * What Pulumi loads to turn functions into text, which none of our programs needs: the TypeScript compiler and npm's
 * package manager. They take nearly half the startup time of a program that uses Pulumi.
 */
const LATE: readonly string[] = ["typescript", "@npmcli/arborist"];

type Load = (request: string, parent: { readonly filename?: string } | undefined, isMain: boolean) => object;

const loader = Module as unknown as { _load: Load };
const load = loader._load;

// Import this before Pulumi, which then loads a late module only when it first uses it.
loader._load = function lateLoad(request, parent, isMain) {
  const isLate = LATE.includes(request) && parent?.filename?.includes("/@pulumi/pulumi/");
  if (!isLate) return load.call(this, request, parent, isMain);
  const loaded = () => load.call(this, request, parent, isMain);
  return new Proxy(() => {}, {
    get(_, key) {
      // `import * as` asks for this, and then uses the module as it is instead of copying all of it.
      if (key === "__esModule") return true;
      return key === "default" ? loaded() : Reflect.get(loaded(), key);
    },
  });
};
