/**
 * Returns whether an `If-Match` or `If-None-Match` header lists an entity tag, or `*`. Compares weakly (RFC 9110, section 8.8.3.2), also for
 * `If-Match`: proxies that compress responses mark their tags as weak.
 */
export function matchesEtag(header: string, etag: string): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
