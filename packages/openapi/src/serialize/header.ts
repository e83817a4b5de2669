import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type Notices, isOmitted, omitEmpty } from './empty-values.js';
import { contentText, headerText, pieces } from './encode.js';

/** Adds headers to a request. @throws {InvalidArgumentsError} a value is invalid in a header */
export type HeaderWriter = (args: JsonObject, headers: Record<string, string>, notices: Notices) => void;

/**
 * Compiles header parameters, which all have the style `simple`. Values are not percent-encoded (OAS 3.1.1, appendix D).
 */
export function headerWriter(parameters: readonly Parameter[]): HeaderWriter {
  const writers = parameters
    .filter(({ location }) => location === 'header')
    .map((parameter) => {
      return { header: parameter.name.toLowerCase(), parameter, pointer: pointerTo('', parameter.argument) };
    });
  return (args, headers, notices) => {
    for (const { header, parameter, pointer } of writers) {
      const { argument, content, explode } = parameter;
      const value = member(args, argument);
      if (isOmitted(parameter, value, pointer)) continue;
      const texts = pieces(content ? contentText(content, value, pointer) : value, explode, headerText, pointer);
      if (texts.length > 0) headers[header] = texts.join(',');
      else omitEmpty(parameter, pointer, notices);
    }
  };
}
