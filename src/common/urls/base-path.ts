/** Returns the path of a server's address, without a trailing slash: the empty string, or such as `/countersign`. */
export function basePathOf(address: string): string {
  return new URL(address).pathname.replace(/\/+$/, '');
}
