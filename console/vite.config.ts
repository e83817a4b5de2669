import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Built into the server's `dist`, which serves it at `/console` and puts the nonce in (src/console). */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    // What most pages share is one file: sixty small ones compress worse by ten kilobytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 4 }] } } },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:3000' } },
});
