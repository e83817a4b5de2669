import { type JsonValue, isContainer, isObject } from '../document/json.js';
import { type Parameter, type ParameterStyle } from '../operations/parameters.js';
import { type Encode, contentText, cookieName, cookieText, percentEncode, pieces, invalidArgument } from './encode.js';

/** The syntax of a style (RFC 6570, appendix A; OAS 3.1.1, section 4.8.12.4). */
interface Style {
  /** the prefix of the whole value */
  readonly first: string;
  /** the separator of the parts of an exploded list or object */
  readonly separator: string;
  /** the separator of the items of a value that is not exploded */
  readonly joiner: string;
  readonly isNamed: boolean;
  /** the text after the name of an empty value */
  readonly ifEmpty: string;
}

const BARE = { joiner: ',', isNamed: false, ifEmpty: '' };
const NAMED = { first: '', separator: '&', isNamed: true, ifEmpty: '=' };

/** `deepObject` serializes objects separately, and other values like `form`. */
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

/** Delimiters that items must not contain. */
const DELIMITERS: Readonly<Record<string, string>> = { '%20': ' ', '%7C': '|' };

/** The fields of a parameter or form field that determine its serialization. */
export type SerializedField = Pick<Parameter, 'name' | 'style' | 'explode' | 'content' | 'pointer'>;

export interface StyleOptions {
  /** the encoding of values */
  readonly encode?: Encode | undefined;
  /** the encoding of the names of an exploded object */
  readonly encodeName?: Encode | undefined;
  /** rejects names that an exploded object must not set */
  readonly checkNames?: (names: readonly string[], pointer: string) => void;
}

/** Serializes a value as parts, to be joined by the style's separator. @throws {InvalidArgumentsError} the value is invalid */
type PartsWriter = (value: JsonValue, pointer: string) => string[];

/** Compiles the serialization of a parameter in a URL. An omitted value, such as an empty list, has no parts. */
export function partsWriter(parameter: SerializedField, options: StyleOptions = {}): PartsWriter {
  const isCookie = parameter.style === 'cookie';
  const { encode = isCookie ? cookieText : percentEncode, checkNames } = options;
  const { encodeName = isCookie ? cookieName : percentEncode } = options;
  const { isNamed, ifEmpty, joiner } = STYLES[parameter.style];
  const key = isCookie ? parameter.name : percentEncode(parameter.name, parameter.pointer);
  const named = (text: string) => (isNamed ? `${key}${text === '' ? ifEmpty : `=${text}`}` : text);
  const item = isCookie ? cookieText : itemEncode(joiner, encode);
  const whole: PartsWriter = (value, pointer) => pieces(value, false, encode, pointer).map(named);
  const { content } = parameter;
  if (content) return (value, pointer) => whole(contentText(content, value, pointer), pointer);
  return (value, pointer) => {
    if (value === null) return [];
    if (!isContainer(value)) return [named(encode(String(value), pointer))];
    if (!parameter.explode) {
      const texts = pieces(value, false, item, pointer);
      return texts.length === 0 ? [] : [named(texts.join(joiner))];
    }
    if (!isObject(value)) return whole(value, pointer);
    checkNames?.(Object.keys(value), pointer);
    const pairs = pieces(value, true, encode, pointer, encodeName);
    // RFC 6570, 3.2.7: an empty value has no equals sign here.
    return parameter.style === 'matrix' ? pairs.map((pair) => pair.replace(/=$/, '')) : pairs;
  };
}

/** Returns the prefix and separator of the parts of a path parameter. */
export function delimiters({ style }: Parameter): { first: string; separator: string } {
  return STYLES[style];
}

/** Encodes an item, so that it does not contain the separator of the items. */
function itemEncode(joiner: string, encode: Encode): Encode {
  const delimiter = DELIMITERS[joiner];
  if (delimiter === undefined) return (text, pointer) => encode(text, pointer).replaceAll(joiner, encodeURIComponent);
  return (text, pointer) => {
    if (!text.includes(delimiter)) return encode(text, pointer);
    throw invalidArgument(pointer, `must not contain "${delimiter}", which separates the items of this parameter`);
  };
}
