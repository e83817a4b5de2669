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
  const segments = splitPath(path.slice(1)).map(readSegment);
  if (segments.some(isDotSegment)) return { problem: `the path "${template}" has a "." or ".." segment` };
  return { segments, query, fragment };
}

/** Returns the variables of a template: the texts in its braces. */
export function templateVariables(segments: readonly TemplateSegment[]): string[] {
  return segments.flat().flatMap((part) => ('variable' in part ? [part.variable] : []));
}

/** Splits a path into its segments, but not inside of braces: `{name=projects/*}` is one variable. */
export function splitPath(path: string): string[] {
  if (!/\{[^{}/]*\//.test(path)) return path.split('/');
  const segments = [''];
  for (const [index, part] of path.split(/(\{[^{}]*\})/).entries()) {
    const [first = '', ...others] = index % 2 === 1 ? [part] : part.split('/');
    segments.push(`${segments.pop() ?? ''}${first}`, ...others);
  }
  return segments;
}

/**
 * Reads the syntaxes of a variable whose value may have several segments, which the standard does not have but gateways and frameworks do:
 * `{path+}`, `{+path}`, `{*path}`, `{**path}`, `{path*}`, `{path...}`, `{path=**}` and `{path=items/*}`.
 *
 * @param variable the text in the braces
 * @returns the name of the variable, `undefined` if its value is one segment
 */
export function spanningName(variable: string): string | undefined {
  const [, named, pattern = ''] = /^([^=]+)=(.*)$/s.exec(variable) ?? [];
  if (named !== undefined) return /\*\*|\//.test(pattern) ? named : undefined;
  const [, before = '', name, after = ''] = /^(\+|\*{0,2})([^+*]+?)(\+|\*|\.{3})?$/.exec(variable) ?? [];
  return before + after === '' ? undefined : name;
}

/**
 * Binds each variable of a template to its parameter, which may be declared by the whole text in the braces or by the name alone.
 *
 * @param declared the names of the path parameters
 * @returns the segments with the names of parameters as variables, and the names of those whose values may have several segments
 */
export function bindVariables(
  segments: readonly TemplateSegment[],
  declared: ReadonlySet<string>,
): { segments: TemplateSegment[]; spanning: ReadonlySet<string> } {
  const spanning = new Set<string>();
  const bound = segments.map((segment) =>
    segment.map((part) => {
      const name = 'variable' in part ? spanningName(part.variable) : undefined;
      if ('literal' in part || name === undefined) return part;
      const variable = declared.has(part.variable) || !declared.has(name) ? part.variable : name;
      spanning.add(variable);
      return { variable };
    }),
  );
  return { segments: bound, spanning };
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
