import { defineConfig } from "vite";

/** The browser's part of the page, which setup/page.ts and the Dockerfile of the apps build. */
export default defineConfig({
  // The page is served at any address that leads to this machine.
  base: "./",
  logLevel: "warn",
  // Paths stay as given: setup/page.ts builds from a path without special characters.
  resolve: { preserveSymlinks: true },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  // The page's policy refuses inline scripts.
  build: { target: "es2022", modulePreload: false, assetsInlineLimit: 0 },
});
