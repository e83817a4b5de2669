/** What style elements that are made at run time carry (src/console on the server allows no others). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
