/** A piece of a path segment: text as it goes into a URL, or the name of a path parameter. */
type TemplatePart = { readonly literal: string } | { readonly variable: string };
export type TemplateSegment = readonly TemplatePart[];

/**
 * Reads a path template such as `/notes/{id}.json` (OAS 3.1.1, section 4.4 "Path Templating").
 *
 * @returns its segments without the leading slash, or why no URL can be built from it
 */
export function readPathTemplate(path: string): TemplateSegment[] | { problem: string } {
  if (!path.startsWith('/')) return { problem: `the path "${path}" does not begin with "/"` };
  if (/[?#]/.test(path))
    return { problem: `the path "${path}" has a query or fragment; declare query parameters instead` };
  const segments = path.slice(1).split('/').map(readSegment);
  if (segments.some(isDotSegment)) return { problem: `the path "${path}" has a "." or ".." segment` };
  return segments;
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
function encodeLiteral(text: string): string {
  return text
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%]+/g, (characters) => encodeURIComponent(characters));
}

function isDotSegment(segment: TemplateSegment): boolean {
  const [part] = segment;
  return segment.length === 1 && part !== undefined && 'literal' in part && /^(?:\.|%2e){1,2}$/i.test(part.literal);
}
