/** What was sent is not what the document describes; the message is a reason that is the same for all of its kind. */
export class MismatchError extends Error {}

const expect = (condition, reason) => {
  if (!condition) throw new MismatchError(reason);
};

/**
 * Reads a request as a server of the document would, by the tables of the standard (OAS 3.1.1, 4.8.12.4; RFC 6570), and compares it
 * with the arguments that it was made of.
 *
 * @param document {import('./raw-document.mjs').RawDocument}
 * @param operation of our library, which tells what an argument is called
 * @throws {MismatchError}
 */
export async function compare(document, operation, args, request) {
  const { parameters, body, servers } = document.operation(operation.method, operation.path);
  const names = new Map(operation.parameters.map((each) => [keyOf(each.location, each.name), each.argument]));
  const declared = [...parameters.values()].filter((parameter) => names.has(keyOf(parameter.in, parameter.name)));
  const wanted = (location) =>
    declared
      .filter((parameter) => parameter.in === location)
      .map((parameter) => ({ ...parameter, value: args[names.get(keyOf(location, parameter.name))] }));
  const url = new URL(request.url);
  expect(request.method === operation.method, 'another method');
  comparePath(url, operation.path, servers, wanted('path'));
  compareQuery(url, operation.path, wanted('query'));
  compareHeaders(request.headers, wanted('header'), wanted('cookie'));
  await compareBody(document, body, args.body, request);
  for (const parameter of declared)
    checkParameter(document, parameter, args[names.get(keyOf(parameter.in, parameter.name))]);
}

function keyOf(location, name) {
  return `${location} ${location === 'header' ? name.toLowerCase() : name}`;
}

function checkParameter(document, { required, schema, content, in: location }, value) {
  expect(value !== undefined || (required !== true && location !== 'path'), 'a required parameter is missing');
  const described = content ? Object.values(content)[0]?.schema : schema;
  if (value === undefined || value === null || described === undefined) return;
  expect(document.misfit(value, described) === undefined, `a ${location} parameter does not fit its schema`);
}

/* What goes into a place, as text: nothing for null and what is empty. */

function flat(value) {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map(String);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).filter(([, item]) => item !== null);
  return members.length === 0 ? undefined : Object.fromEntries(members.map(([name, item]) => [name, String(item)]));
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/* Paths */

function comparePath(url, path, servers, parameters) {
  const template = path.replace(/[?#].*$/s, '');
  const bases = (servers.length === 0 ? [{}] : servers).map(({ url: server = '/', variables = {} }) =>
    server.replace(/\{([^{}]*)\}/g, (_, name) => variables[name]?.default ?? ''),
  );
  const rest = bases
    .map((base) => new URL(base, 'https://example.com/openapi.json'))
    .map(({ pathname }) => pathname.replace(/\/+$/, ''))
    .filter((pathname) => url.pathname.startsWith(pathname))
    .map((pathname) => url.pathname.slice(pathname.length));
  const names = [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name);
  const pattern = template
    .split(/\{[^{}]+\}/)
    .map((text) => encodedLiteral(text).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('([^/]+?)');
  const match = rest.map((each) => new RegExp(`^${pattern}$`).exec(each)).find((found) => found !== null);
  expect(match, 'the path does not fit its template');
  // Variables without anything between them can only be read together.
  if (/\}\{/.test(template)) {
    const together = names.map((name) => flat(parameters.find((parameter) => parameter.name === name)?.value)).join('');
    return expect(match.slice(1).map(decodeURIComponent).join('') === together, 'path parameters read back otherwise');
  }
  for (const { name, style = 'simple', explode = false, value, content } of parameters) {
    const index = names.indexOf(name);
    if (index === -1) continue;
    const written = content
      ? decodeURIComponent(match[index + 1])
      : readPathValue(match[index + 1], name, style, explode, flat(value));
    expect(
      same(written, content ? JSON.stringify(value) : flat(value)),
      `a path parameter reads back otherwise (${style})`,
    );
  }
}

function encodedLiteral(text) {
  return encodeURI(text).replaceAll('%25', '%');
}

function readPathValue(text, name, style, explode, like) {
  const { first, separator, isNamed } = {
    simple: { first: '', separator: ',' },
    label: { first: '.', separator: explode ? '.' : ',' },
    matrix: { first: ';', separator: explode ? ';' : ',', isNamed: true },
  }[style];
  expect(text.startsWith(first), `a path parameter has no "${first}"`);
  const inner = text.slice(first.length);
  const unnamed = (part) => (isNamed ? part.slice(encodeURIComponent(name).length + 1) : part);
  if (typeof like === 'string') return decodeURIComponent(unnamed(inner));
  if (Array.isArray(like)) {
    const parts =
      isNamed && !explode
        ? unnamed(inner).split(separator)
        : inner.split(separator).map(explode ? unnamed : (part) => part);
    return parts.map(decodeURIComponent);
  }
  const parts = (isNamed && !explode ? unnamed(inner) : inner).split(separator);
  return objectOf(parts, explode);
}

function objectOf(parts, explode) {
  const texts = parts.map(decodeURIComponent);
  if (explode) return Object.fromEntries(texts.map((text) => text.split(/=(.*)/s).slice(0, 2)));
  return Object.fromEntries(texts.flatMap((text, index) => (index % 2 ? [] : [[text, texts[index + 1]]])));
}

/* Queries */

const DELIMITERS = { form: ',', spaceDelimited: '%20', pipeDelimited: '%7C', deepObject: ',' };

function compareQuery(url, path, parameters) {
  const pairs = pairsOf(url.search.slice(1));
  const inPath = pairsOf(/\?([^#]*)/.exec(path.replace(/#.*$/s, ''))?.[1] ?? '').filter(
    ([, value]) => !/[{}]/.test(value),
  );
  for (const parameter of parameters) {
    const { style = 'form', explode = style === 'form', name, value, content } = parameter;
    if (content) {
      const expected = value === undefined || value === null ? undefined : JSON.stringify(value);
      expect(same(take(pairs, name).map(decode)[0], expected), 'a query parameter of JSON reads back otherwise');
      continue;
    }
    const written = readQueryValue(pairs, name, style, explode, flatDeep(value, style));
    expect(
      same(written, flatDeep(value, style)),
      `a query parameter reads back otherwise (${style}, explode ${explode})`,
    );
  }
  const left = pairs.filter(([name]) => !inPath.some(([fixed]) => decode(fixed) === decode(name)));
  const ofPath = /\{[^{}]+\}/.test(path.split('?')[1] ?? '');
  expect(left.length === 0 || ofPath, 'the query has more than was declared');
}

function flatDeep(value, style) {
  return style === 'deepObject' && typeof value === 'object' && value !== null ? deepTexts('', value) : flat(value);
}

function deepTexts(prefix, value) {
  const texts = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === null) continue;
    if (typeof item === 'object') Object.assign(texts, deepTexts(`${prefix}[${name}]`, item));
    else texts[`${prefix}[${name}]`] = String(item);
  }
  return Object.keys(texts).length === 0 && prefix === '' ? undefined : texts;
}

function pairsOf(search) {
  return search.split('&').flatMap((pair) => (pair === '' ? [] : [[...pair.split(/=(.*)/s), ''].slice(0, 2)]));
}

const decode = (text) => decodeURIComponent(text);

/** The values of a name, which are taken out. */
function take(pairs, name) {
  const values = [];
  for (let index = 0; index < pairs.length;) {
    if (decode(pairs[index][0]) === name) values.push(...pairs.splice(index, 1).map(([, value]) => value));
    else index += 1;
  }
  return values;
}

function readQueryValue(pairs, name, style, explode, like) {
  if (like === undefined) return undefined;
  if (style === 'deepObject' && typeof like === 'object') {
    const names = Object.keys(like);
    return Object.fromEntries(names.map((member) => [member, take(pairs, `${name}${member}`).map(decode)[0]]));
  }
  if (typeof like === 'string') return take(pairs, name).map(decode)[0];
  if (explode) {
    if (Array.isArray(like)) return take(pairs, name).map(decode);
    return Object.fromEntries(Object.keys(like).map((member) => [member, take(pairs, member).map(decode)[0]]));
  }
  const [text = ''] = take(pairs, name);
  const parts = text.split(DELIMITERS[style]);
  return Array.isArray(like) ? parts.map(decode) : objectOf(parts, false);
}

/* Headers and cookies */

const OURS = new Set(['accept', 'content-type', 'cookie']);

function compareHeaders(headers, parameters, cookies) {
  const left = new Set(Object.keys(headers).filter((name) => !OURS.has(name)));
  for (const { name, explode = false, value, content } of parameters) {
    const text = headers[name.toLowerCase()];
    left.delete(name.toLowerCase());
    const expected = flat(value);
    if (expected === undefined) expect(text === undefined, 'a header is there that was not given');
    else if (content) expect(text === JSON.stringify(value), 'a header of JSON reads back otherwise');
    else if (typeof expected === 'string') expect(text === expected, 'a header reads back otherwise');
    else if (Array.isArray(expected)) expect(text === expected.join(','), 'a header list reads back otherwise');
    else
      expect(
        text ===
          Object.entries(expected)
            .map((pair) => pair.join(explode ? '=' : ','))
            .join(','),
        'a header object reads back otherwise',
      );
  }
  expect(left.size === 0, 'there are headers that were not declared');
  const pairs = (headers.cookie ?? '')
    .split('; ')
    .filter((pair) => pair !== '')
    .map((pair) => [...pair.split(/=(.*)/s), ''].slice(0, 2));
  for (const { name, explode = true, value, content } of cookies) {
    const like = content ? JSON.stringify(value) : flat(value);
    expect(same(readQueryValue(pairs, name, 'form', explode, like), like), 'a cookie reads back otherwise');
  }
  expect(pairs.length === 0, 'there are cookies that were not declared');
}

/* Bodies */

async function compareBody(document, body, value, request) {
  if (value === undefined) {
    expect(request.body === undefined, 'there is a body that was not given');
    expect(
      body?.required !== true || ['GET', 'HEAD', 'OPTIONS'].includes(request.method),
      'a required body is missing',
    );
    return;
  }
  const type = request.headers['content-type'];
  const essence = type.split(';')[0].trim().toLowerCase();
  const mediaTypes = Object.entries(body.content);
  const isExactly = ([name]) => name.split(';')[0].trim().toLowerCase() === essence;
  const [, described] = mediaTypes.find(isExactly) ?? mediaTypes.find(([name]) => allows(name, essence)) ?? [];
  expect(described, 'the body has a media type that was not declared');
  const { schema, encoding = {} } = document.follow(described);
  if (/^(?:application|text)\/json$|\+json$/.test(essence)) {
    expect(same(JSON.parse(request.body), value), 'the body reads back otherwise (JSON)');
    expect(document.misfit(value, schema) === undefined, 'the body does not fit its schema');
  } else if (typeof value === 'string') {
    const sent = typeof request.body === 'string' ? request.body : Buffer.from(request.body).toString();
    expect(sent === value, 'the body reads back otherwise (text)');
  } else if (essence === 'application/x-www-form-urlencoded') {
    compareForm([...new URLSearchParams(request.body)], value, encoding, 'form');
    expect(document.misfit(value, schema) === undefined, 'the body does not fit its schema');
  } else if (essence === 'multipart/form-data') {
    const form = await new Response(request.body, { headers: { 'content-type': type } }).formData();
    const fields = await Promise.all(
      [...form].map(async ([name, part]) => [name, typeof part === 'string' ? part : await part.text()]),
    );
    // OpenAPI 3.0 has no styles for multipart bodies.
    const encodings = document.draft === '4' ? contentTypesOf(encoding) : encoding;
    compareForm(fields, value, encodings, 'multipart');
  } else {
    const sent = typeof request.body === 'string' ? request.body : Buffer.from(request.body).toString();
    expect(sent === (textOf(value) ?? String(value)), 'the body reads back otherwise (text or bytes)');
  }
}

function allows(range, essence) {
  const name = range.split(';')[0].trim().toLowerCase();
  return (
    name === essence ||
    name === '*/*' ||
    (name.endsWith('/*') && essence.startsWith(name.slice(0, -1))) ||
    /\*/.test(name)
  );
}

/** The content of a file among the arguments. */
function textOf(value) {
  return typeof value?.content === 'string' && typeof value.name === 'string'
    ? Buffer.from(value.content, 'base64').toString()
    : undefined;
}

function contentTypesOf(encoding) {
  return Object.fromEntries(Object.entries(encoding).map(([name, { contentType }]) => [name, { contentType }]));
}

function compareForm(fields, value, encoding, kind) {
  const pairs = fields.map(([name, text]) => [encodeURIComponent(name), encodeURIComponent(text)]);
  for (const [name, item] of Object.entries(value)) {
    const { style, explode, allowReserved } = encoding[name] ?? {};
    const isStyled = [style, explode, allowReserved].some((each) => each !== undefined);
    if (isStyled && textOf([item].flat()[0]) === undefined) {
      const like = flatDeep(item, style ?? 'form');
      const joined = kind === 'form' ? pairs : pairs.map(([key, text]) => [key, text.replaceAll('%2C', ',')]);
      const read = readQueryValue(joined, name, style ?? 'form', explode ?? (style ?? 'form') === 'form', like);
      expect(same(read, like), `a field reads back otherwise (${kind}, ${style ?? 'form'})`);
      pairs.splice(0, pairs.length, ...joined);
      continue;
    }
    const isWhole = /json/.test(encoding[name]?.contentType ?? '');
    const items = (Array.isArray(item) && !isWhole ? item : [item]).filter((each) => each !== null);
    const expected = items.map(
      (each) => textOf(each) ?? (isWhole || typeof each === 'object' ? JSON.stringify(each) : String(each)),
    );
    expect(same(take(pairs, name).map(decode), expected), `a field reads back otherwise (${kind})`);
  }
  expect(pairs.length === 0, 'the form has more than was given');
}
