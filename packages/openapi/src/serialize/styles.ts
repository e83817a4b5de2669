import { type JsonValue, isObject } from '../document/json.js';
import { type Parameter, type ParameterStyle } from '../operations/parameters.js';
import { type Encode, contentText, cookieText, percentEncode, pieces, unfit } from './encode.js';

/** How a style writes values: RFC 6570, appendix A, and what OAS 3.1.1, section 4.8.12.4 adds to it. */
interface Style {
  /** before all else */
  readonly first: string;
  /** between the parts of an exploded list or object */
  readonly separator: string;
  /** between the items of one that is not exploded */
  readonly joiner: string;
  readonly isNamed: boolean;
  /** after the name of an empty value */
  readonly ifEmpty: string;
}

const BARE = { joiner: ',', isNamed: false, ifEmpty: '' };
const NAMED = { first: '', separator: '&', isNamed: true, ifEmpty: '=' };

/** `deepObject` is what its own writer makes of an object; anything else it writes as `form` does. */
const STYLES: Readonly<Record<ParameterStyle, Style>> = {
  simple: { ...BARE, first: '', separator: ',' },
  label: { ...BARE, first: '.', separator: '.' },
  matrix: { first: ';', separator: ';', joiner: ',', isNamed: true, ifEmpty: '' },
  form: { ...NAMED, joiner: ',' },
  cookie: { ...NAMED, joiner: ',' },
  deepObject: { ...NAMED, joiner: ',' },
  spaceDelimited: { ...NAMED, joiner: '%20' },
  pipeDelimited: { ...NAMED, joiner: '%7C' },
};

/** What items may not hold, since it stands between them. */
const DELIMITERS: Readonly<Record<string, string>> = { '%20': ' ', '%7C': '|' };

/** As much of a parameter, or of a form's field, as tells how it is written. */
export type Written = Pick<Parameter, 'name' | 'style' | 'explode' | 'content' | 'pointer'>;

export interface StyleOptions {
  /** for values; names are percent-encoded */
  readonly encode?: Encode | undefined;
  /** refuses names of an exploded object that are not its own to set */
  readonly checkNames?: (names: readonly string[], pointer: string) => void;
}

/** Writes a value as parts, which the style's separator stands between. @throws {InvalidArgumentsError} it cannot be written */
type PartsWriter = (value: JsonValue, pointer: string) => string[];

/** Compiles how a parameter is written in a URL. A value that is left out, such as an empty list, has no parts. */
export function partsWriter(parameter: Written, options: StyleOptions = {}): PartsWriter {
  const isCookie = parameter.style === 'cookie';
  const { encode = isCookie ? cookieText : percentEncode, checkNames } = options;
  const { isNamed, ifEmpty, joiner } = STYLES[parameter.style];
  const key = isCookie ? parameter.name : percentEncode(parameter.name, parameter.pointer);
  const named = (text: string) => (isNamed ? `${key}${text === '' ? ifEmpty : `=${text}`}` : text);
  const item = isCookie ? cookieText : itemEncode(joiner);
  const whole: PartsWriter = (value, pointer) => pieces(value, false, encode, pointer).map(named);
  const { content } = parameter;
  if (content) return (value, pointer) => whole(contentText(content, value, pointer), pointer);
  return (value, pointer) => {
    if (value === null) return [];
    if (typeof value !== 'object') return [named(encode(String(value), pointer))];
    if (!parameter.explode) {
      const texts = pieces(value, false, item, pointer);
      return texts.length === 0 ? [] : [named(texts.join(joiner))];
    }
    if (!isObject(value)) return whole(value, pointer);
    checkNames?.(Object.keys(value), pointer);
    const pairs = pieces(value, true, encode, pointer);
    // RFC 6570, 3.2.7: an empty value has no equals sign here.
    return parameter.style === 'matrix' ? pairs.map((pair) => pair.replace(/=$/, '')) : pairs;
  };
}

/** Where a part of a path begins, and what stands between its parts. */
export function framing({ style }: Parameter): { first: string; separator: string } {
  return STYLES[style];
}

/** What is reserved stays encoded in items, whatever `allowReserved` says: they could not be told apart. */
function itemEncode(joiner: string): Encode {
  const delimiter = DELIMITERS[joiner];
  return (text, pointer) => {
    if (delimiter === undefined || !text.includes(delimiter)) return percentEncode(text, pointer);
    throw unfit(pointer, `has a "${delimiter}", which separates the items of this parameter`);
  };
}
