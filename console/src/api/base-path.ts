/** The path at which browsers reach the server, without a trailing slash: the empty string, or such as `/countersign`. */
export const basePath = document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? '';
