/** A piece of a path segment: text as it goes into a URL, or the name of a path parameter. */
type TemplatePart = { readonly literal: string } | { readonly variable: string };
export type TemplateSegment = readonly TemplatePart[];

export interface PathTemplate {
  /** without the leading slash */
  readonly segments: readonly TemplateSegment[];
  /** what stands behind a `?`, which the standard does not have there and documents do */
  readonly query: string | undefined;
  /** what stands behind a `#`: it tells paths apart that are the same otherwise, and is never sent */
  readonly fragment: string | undefined;
}

/**
 * Reads a path template such as `/notes/{id}.json` (OAS 3.1.1, section 4.4 "Path Templating").
 *
 * @returns its parts, or why no URL can be built from it
 */
export function readPathTemplate(template: string): PathTemplate | { problem: string } {
  const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(template) ?? [];
  if (!path.startsWith('/')) return { problem: `the path "${template}" does not begin with "/"` };
  const segments = path.slice(1).split('/').map(readSegment);
  if (segments.some(isDotSegment)) return { problem: `the path "${template}" has a "." or ".." segment` };
  return { segments, query, fragment };
}

/** The names of a template's parameters. */
export function templateVariables(segments: readonly TemplateSegment[]): string[] {
  return segments.flat().flatMap((part) => ('variable' in part ? [part.variable] : []));
}

function readSegment(segment: string): TemplateSegment {
  return segment
    .split(/(\{[^{}]+\})/)
    .filter((text) => text !== '')
    .map((text) => (/^\{[^{}]+\}$/.test(text) ? { variable: text.slice(1, -1) } : { literal: encodeLiteral(text) }));
}

/** What a URL parser would encode in a path is encoded beforehand, so that it finds nothing left to change (RFC 3986, 3.3). */
export function encodeLiteral(text: string): string {
  return text
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%]+/g, (characters) => encodeURIComponent(characters));
}

function isDotSegment(segment: TemplateSegment): boolean {
  const [part] = segment;
  return segment.length === 1 && part !== undefined && 'literal' in part && /^(?:\.|%2e){1,2}$/i.test(part.literal);
}
