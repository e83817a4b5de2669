/** What style elements that are made at run time carry (src/console on the server allows no others). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// Mantine's dialogs keep the page behind them from scrolling with a library that looks for a nonce here, and nowhere else.
Object.assign(globalThis, { __webpack_nonce__: nonce });
