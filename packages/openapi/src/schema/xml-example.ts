import { composedSchemas } from '../document/composed-schemas.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isContainer,
  isObject,
  listMember,
  member,
  objectMember,
  pointerTo,
  pointerTokens,
  stringMember,
} from '../document/json.js';

/** An example shows the structure; a longer or deeper one would crowd out the rest of a tool. */
const MAX_CHARACTERS = 1000;
const MAX_LEVELS = 8;
const MAX_NODES = 200;
const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 60;

/** A name with an optional prefix (Namespaces in XML 1.0, section 4), without the rarer characters. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?$/u;

/**
 * Writes an example of the XML document that a schema describes, by its XML Objects (OAS 3.2.0, section 4.26, and `attribute` and `wrapped` of
 * 3.1). Read-only properties are left out, because the example is for requests.
 *
 * @returns `undefined` if the schema describes no elements
 */
export function xmlExample(root: JsonObject, schema: Located): string | undefined {
  const text = new XmlWriter(root).document(schema);
  return text === '' ? undefined : text;
}

/** A schema with the parts that it is composed of, and the name of the component that it refers to. */
interface Parts {
  readonly schemas: readonly Located<JsonObject>[];
  readonly component: string | undefined;
}

/** The content of an element: its attributes and what is between its tags. */
interface Content {
  attributes: string;
  inner: string;
}

type NodeType = 'element' | 'attribute' | 'text' | 'cdata' | 'none';

class XmlWriter {
  readonly #root: JsonObject;
  #characters = 0;
  #nodes = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  document(schema: Located): string {
    const parts = this.#parts(schema);
    const isStructured = ['array', 'object'].includes(String(typeOf(parts)));
    if (!isStructured && xmlOf(parts) === undefined) return '';
    return this.#element(parts, xmlName(parts) ?? parts.component ?? 'root', 0);
  }

  /** Adds a node of a property, or of an item of an array, to the content of its parent. */
  #add(parent: Content, schema: Located, name: string, level: number): void {
    this.#nodes += 1;
    if (this.#isFull(level)) return;
    const parts = this.#parts(schema);
    if (keyword(parts, 'readOnly') === true) return;
    const type = nodeType(parts);
    const own = xmlName(parts) ?? name;
    if (type === 'attribute') parent.attributes += this.#attribute(parts, own);
    else if (type === 'text') parent.inner += escape(sample(parts));
    else if (type === 'cdata') parent.inner += `<![CDATA[${withoutInvalid(sample(parts)).replaceAll(']]>', '')}]]>`;
    else if (type === 'element') parent.inner += this.#element(parts, own, level);
    else this.#addContent(parent, parts, typeOf(parts) === 'array' ? name : own, level);
  }

  #element(parts: Parts, name: string, level: number): string {
    const xml = xmlOf(parts) ?? {};
    const prefix = stringMember(xml, 'prefix');
    const tag = prefix === undefined || name.includes(':') ? name : `${prefix}:${name}`;
    if (!isName(tag)) return '';
    const declared = namespace(xml);
    this.#characters += 2 * tag.length + 5 + declared.length;
    const content: Content = { attributes: declared, inner: '' };
    this.#addContent(content, parts, name, level);
    const { attributes, inner } = content;
    return inner === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${inner}</${tag}>`;
  }

  #addContent(parent: Content, parts: Parts, name: string, level: number): void {
    const type = typeOf(parts);
    if (type === 'array') {
      const items = locate(parts, 'items');
      if (items !== undefined) this.#add(parent, items, name, level + 1);
    } else if (type === 'object') {
      for (const [property, schema] of propertiesOf(parts)) {
        if (this.#isFull(level)) return;
        this.#add(parent, schema, property, level + 1);
      }
    } else {
      const text = escape(sample(parts));
      this.#characters += text.length;
      parent.inner += text;
    }
  }

  #attribute(parts: Parts, name: string): string {
    const prefix = stringMember(xmlOf(parts), 'prefix');
    const full = prefix === undefined ? name : `${prefix}:${name}`;
    if (!isName(full)) return '';
    const text = ` ${full}="${escape(sample(parts))}"`;
    this.#characters += text.length;
    return text;
  }

  #isFull(level: number): boolean {
    return this.#characters > MAX_CHARACTERS || this.#nodes > MAX_NODES || level > MAX_LEVELS;
  }

  #parts(schema: Located): Parts {
    const schemas = composedSchemas(this.#root, schema, ['allOf']);
    // One alternative is enough to show the structure.
    const [first] = schemas.flatMap((part) => firstAlternative(part));
    const all = first === undefined ? schemas : [...schemas, ...composedSchemas(this.#root, first, ['allOf'])];
    return { schemas: all, component: componentName(schemas) };
  }
}

function firstAlternative({ value, pointer }: Located<JsonObject>): Located[] {
  return ['oneOf', 'anyOf'].flatMap((name) => {
    const alternatives = listMember(value, name) ?? [];
    const index = alternatives.findIndex((alternative) => member(alternative, 'type') !== 'null');
    return index === -1 ? [] : [{ value: alternatives[index] ?? true, pointer: pointerTo(pointer, name, index) }];
  });
}

/** Returns the name of the component that a schema is or refers to, which is the default name of the root element. */
function componentName(schemas: readonly Located[]): string | undefined {
  for (const { pointer } of schemas) {
    const [components, kind, name, ...deeper] = pointerTokens(pointer);
    if (components === 'components' && kind === 'schemas' && deeper.length === 0) return name;
  }
  return undefined;
}

function keyword({ schemas }: Parts, name: string): JsonValue | undefined {
  return schemas.map(({ value }) => member(value, name)).find((value) => value !== undefined);
}

function xmlOf(parts: Parts): JsonObject | undefined {
  const xml = keyword(parts, 'xml');
  return isObject(xml) ? xml : undefined;
}

function xmlName(parts: Parts): string | undefined {
  const name = stringMember(xmlOf(parts), 'name');
  // The name of an array is that of the element around its items.
  return typeOf(parts) === 'array' && nodeType(parts) === 'none' ? undefined : name;
}

function nodeType(parts: Parts): NodeType {
  const xml = xmlOf(parts);
  const type = stringMember(xml, 'nodeType');
  if (isNodeType(type)) return type;
  if (member(xml, 'attribute') === true) return 'attribute';
  return typeOf(parts) === 'array' && member(xml, 'wrapped') !== true ? 'none' : 'element';
}

function isNodeType(type: string | undefined): type is NodeType {
  return type !== undefined && ['element', 'attribute', 'text', 'cdata', 'none'].includes(type);
}

function typeOf(parts: Parts): JsonValue | undefined {
  const type = [keyword(parts, 'type') ?? []].flat().find((each) => each !== 'null');
  if (type !== undefined) return type;
  if (keyword(parts, 'properties') !== undefined) return 'object';
  return keyword(parts, 'items') === undefined ? undefined : 'array';
}

function locate({ schemas }: Parts, name: string): Located | undefined {
  const owner = schemas.find(({ value }) => member(value, name) !== undefined);
  return owner && { value: owner.value[name] ?? true, pointer: pointerTo(owner.pointer, name) };
}

function propertiesOf({ schemas }: Parts): [string, Located][] {
  return schemas.flatMap(({ value, pointer }) =>
    Object.entries(objectMember(value, 'properties') ?? {}).map(([name, schema]): [string, Located] => [
      name,
      { value: schema, pointer: pointerTo(pointer, 'properties', name) },
    ]),
  );
}

function isName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

function namespace(xml: JsonObject): string {
  const uri = stringMember(xml, 'namespace');
  const prefix = stringMember(xml, 'prefix');
  if (uri === undefined || uri.length > MAX_NAME_LENGTH) return '';
  return ` ${prefix === undefined ? 'xmlns' : `xmlns:${prefix}`}="${escape(uri)}"`;
}

const SAMPLES: { readonly [kind: string]: string } = {
  boolean: 'true',
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'name@example.com',
  integer: '1',
  number: '1.5',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
};

/** Returns a value of a scalar: one that the document gives, or one of its format or type. */
function sample(parts: Parts): string {
  const given = [
    keyword(parts, 'const'),
    keyword(parts, 'example'),
    [keyword(parts, 'examples') ?? []].flat()[0],
    keyword(parts, 'default'),
    [keyword(parts, 'enum') ?? []].flat()[0],
  ].find((value) => value !== undefined && value !== null && !isContainer(value));
  const text = given === undefined ? undefined : String(given);
  if (text !== undefined && text.length <= MAX_VALUE_LENGTH) return text;
  const format = keyword(parts, 'format');
  return SAMPLES[typeof format === 'string' ? format : ''] ?? SAMPLES[String(typeOf(parts))] ?? 'text';
}

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a text for an element or an attribute. */
function escape(text: string): string {
  return withoutInvalid(text).replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** Drops characters that XML 1.0 does not allow (section 2.2). */
function withoutInvalid(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
