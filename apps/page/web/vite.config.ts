import { defineConfig } from "vite";

/** What a browser gets of the page. setup/page.ts and the Dockerfile of the apps build it. */
export default defineConfig({
  // The page is served at any address that leads to this machine.
  base: "./",
  logLevel: "warn",
  // Paths stay as they are given: setup/page.ts builds by a path without odd signs.
  resolve: { preserveSymlinks: true },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  // No script and no image within the page, which its policy refuses; the policy has no blobs and data either.
  build: { target: "es2022", modulePreload: false, assetsInlineLimit: 0 },
});
