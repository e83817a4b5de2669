import { type Parameter } from './parameters.js';
import { encodeLiteral } from './path-template.js';

/** The query of a path: parameters, and pairs that are the same in every request. */
export interface PathQuery {
  readonly parameters: readonly Parameter[];
  /** pairs as written in the URL */
  readonly fixed: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Reads the query of a path such as `/search?kind=note&q={words}`. A pair whose name is a declared parameter is left to that parameter; a
 * parameter that is used in a pair is sent under the name of the pair.
 *
 * @returns the query, or the reason why no URL can be built from it
 */
export function readPathQuery(query: string, declared: readonly Parameter[]): PathQuery | { problem: string } {
  const parameters = [...declared];
  const fixed: { name: string; text: string }[] = [];
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (parameters.some((parameter) => parameter.location === 'query' && parameter.name === name)) continue;
    const [, variable] = /^\{([^{}]+)\}$/.exec(value) ?? [];
    const index = parameters.findIndex((parameter) => isInUrl(parameter) && parameter.name === variable);
    const parameter = parameters[index];
    if (parameter !== undefined) {
      parameters[index] = { ...parameter, name, location: 'query', style: 'form', explode: true };
    } else if (/[{}]/.test(pair)) {
      return { problem: `"${pair}" in the query of the path uses an undeclared parameter` };
    } else {
      fixed.push({ name, text: encodeLiteral(pair) });
    }
  }
  return { parameters, fixed };
}

function isInUrl({ location }: Parameter): boolean {
  return location === 'path' || location === 'query';
}
