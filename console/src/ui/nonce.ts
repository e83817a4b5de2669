/** The nonce of this page, for styles that are created at run time. The page's policy allows no others. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// Mantine locks the scroll position behind a dialog with a library that takes its nonce from this variable only.
Object.assign(globalThis, { __webpack_nonce__: nonce });
