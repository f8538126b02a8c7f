import { defineConfig } from 'vite';

/** Builds the page: src/web → dist/web, as the daemon serves it. */
export default defineConfig({
  root: 'src/web',
  base: '/',
  // One line when all is well; warnings stay.
  logLevel: 'warn',
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // What light-dark(), :has() and dialog need.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Nothing is inlined, so that the CSP needs no exception; no polyfill, for the same reason.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
