/** A part of a path segment: encoded text, or the name of a path parameter. */
type TemplatePart = { readonly literal: string } | { readonly variable: string };
export type TemplateSegment = readonly TemplatePart[];

export interface PathTemplate {
  /** without the leading slash */
  readonly segments: readonly TemplateSegment[];
  /** the text after `?`, which the standard does not allow but documents use */
  readonly query: string | undefined;
  /** the text after `#`, which distinguishes otherwise equal paths and is never sent */
  readonly fragment: string | undefined;
}

/**
 * Reads a path template such as `/notes/{id}.json` (OAS 3.1.1, section 4.4 "Path Templating").
 *
 * @returns its parts, or the reason why no URL can be built from it
 */
export function readPathTemplate(template: string): PathTemplate | { problem: string } {
  const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(template) ?? [];
  if (!path.startsWith('/')) return { problem: `the path "${template}" does not begin with "/"` };
  const segments = path.slice(1).split('/').map(readSegment);
  if (segments.some(isDotSegment)) return { problem: `the path "${template}" has a "." or ".." segment` };
  return { segments, query, fragment };
}

/** Returns the names of a template's parameters. */
export function templateVariables(segments: readonly TemplateSegment[]): string[] {
  return segments.flat().flatMap((part) => ('variable' in part ? [part.variable] : []));
}

function readSegment(segment: string): TemplateSegment {
  return segment
    .split(/(\{[^{}]+\})/)
    .filter((text) => text !== '')
    .map((text) => (/^\{[^{}]+\}$/.test(text) ? { variable: text.slice(1, -1) } : { literal: encodeLiteral(text) }));
}

/** Encodes every character of a path that a URL parser would encode, so that parsing does not change the path (RFC 3986, section 3.3). */
export function encodeLiteral(text: string): string {
  return text
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%]+/g, (characters) => encodeURIComponent(characters));
}

function isDotSegment(segment: TemplateSegment): boolean {
  const [part] = segment;
  return segment.length === 1 && part !== undefined && 'literal' in part && /^(?:\.|%2e){1,2}$/i.test(part.literal);
}
