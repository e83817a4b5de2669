import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds into the server's `dist`. The server serves it at `/console`, and sets the nonce and the URLs of the assets (src/console). */
export default defineConfig({
  base: './',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    // Modules that several pages share become one chunk: many small chunks compress worse by 10 KB.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3 }] } } },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:3000' } },
});
