/*
 * Which folder may import which. `npm run lint` and `npm test` check it.
 *
 *   lib ← clients ← provider ← components ← cli
 *
 * apps know lib and clients; setup knows lib and tools. Rules: https://github.com/sverweij/dependency-cruiser
 */

/** Our folders that a folder may import, besides itself. */
const MAY_IMPORT = {
  lib: [],
  clients: ["lib"],
  provider: ["lib", "clients"],
  setup: ["lib", "tools"],
  components: ["lib", "clients", "provider"],
  apps: ["lib", "clients"],
  tools: [],
  "index\\.ts": ["lib", "clients", "components"],
};

const OURS = "^(lib|clients|provider|setup|components|apps|cli|bench|test|tools|index\\.ts)";

/** The host `local` runs what setup installed and looks up its location; every host declares its needs from setup. */
const LOCAL = "^components/hosts/(local/|host\\.ts$|stackHosts\\.ts$)";

const downwards = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder.replace("\\", "")}-imports-only-what-is-below`,
  severity: "error",
  from: { path: `^${folder}(/|$)`, pathNot: LOCAL },
  to: { path: OURS, pathNot: [folder, ...allowed].map((each) => `^${each}(/|$)`) },
}));

export default {
  forbidden: [
    ...downwards,
    {
      name: "hosts-know-setup-too",
      severity: "error",
      from: { path: LOCAL },
      to: { path: OURS, pathNot: "^(lib|clients|provider|components|setup|tools)/" },
    },
    {
      name: "only-the-cli-knows-the-cli",
      severity: "error",
      from: { pathNot: "^(cli|test)/" },
      to: { path: "^cli/" },
    },
    {
      name: "nobody-knows-tests-and-benchmarks",
      severity: "error",
      from: { pathNot: "^(test|bench)/|^vitest\\.config\\.ts$" },
      to: { path: "^(test|bench)/" },
    },
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    // Includes type imports.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".cjs", ".js"] },
  },
};
