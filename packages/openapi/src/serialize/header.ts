import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { contentText, headerText, pieces } from './encode.js';

/** Adds headers to a request. @throws {InvalidArgumentsError} a value is invalid in a header */
export type HeaderWriter = (args: JsonObject, headers: Record<string, string>) => void;

/**
 * Compiles header parameters, which all have the style `simple`. Values are not percent-encoded (OAS 3.1.1, appendix D).
 */
export function headerWriter(parameters: readonly Parameter[]): HeaderWriter {
  const writers = parameters
    .filter(({ location }) => location === 'header')
    .map(({ name, argument, explode, content }) => {
      const pointer = pointerTo('', argument);
      return { header: name.toLowerCase(), argument, explode, content, pointer };
    });
  return (args, headers) => {
    for (const { header, argument, explode, content, pointer } of writers) {
      const value = member(args, argument);
      if (value === undefined || value === null) continue;
      const texts = pieces(content ? contentText(content, value, pointer) : value, explode, headerText, pointer);
      if (texts.length > 0) headers[header] = texts.join(',');
    }
  };
}
