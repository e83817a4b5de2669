/** How a body of a media type is written. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** RFC 9110, section 8.3.1; ranges such as `image/*` too (OAS 3.1.1, section 4.8.13). */
const MEDIA_TYPE =
  /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:[ \t]*;[ \t]*[\w!#$&^.+*-]+=(?:[\w!#$&^.+*-]+|"[\w !#-[\]-~]*"))*[ \t]*$/;

const TEXTS =
  /^(?:text\/.+|(?:application|image)\/(?:[\w.-]+\+)?(?:xml|yaml|svg)|application\/(?:graphql|javascript|x-yaml|x-ndjson|ndjson|jsonl|jwt|jose|sql|toml|.*\bcsv|.*\+(?:xml|yaml|jwt)|sparql-.*|json-seq|.*script))$/;

/** From the media type that we would rather send to the one that is any bytes. */
const PREFERENCES: readonly (readonly [BodyKind, RegExp])[] = [
  ['json', /^application\/json$/],
  ['json', /^[\w.-]+\/[\w.+-]+\+json$|^text\/json$/],
  ['json', /^(?:application|\*)\/(?:\*|\*\+json)$/],
  ['form', /^application\/x-www-form-urlencoded$/],
  ['multipart', /^multipart\/(?:form-data|\*)$/],
  ['text', TEXTS],
  ['binary', /^(?!multipart\/)/],
];

/** One of the media types that a document offers, and how a body of it is written. */
export interface PreferredMediaType {
  /** as the document has it */
  readonly declared: string;
  readonly kind: BodyKind;
}

/** The media type of a body that is sent, of those that a document offers, and how; nothing where none can be. */
export function preferredMediaType(declared: readonly string[]): PreferredMediaType | undefined {
  const sendable = declared.filter((mediaType) => MEDIA_TYPE.test(mediaType)).toSorted(withoutParametersFirst);
  for (const [kind, preference] of PREFERENCES) {
    const found = sendable.find((mediaType) => preference.test(essenceOf(mediaType)));
    if (found !== undefined) return { declared: found, kind };
  }
  return undefined;
}

/** A media type in lower case and without its parameters (WHATWG MIME Sniffing, "essence"). */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(essenceOf(mediaType));
}

export function isText(mediaType: string): boolean {
  return TEXTS.test(essenceOf(mediaType));
}

/** Whether a media type is one of those that a list such as `image/png, image/*` allows (RFC 9110, section 12.5.1). */
export function isAllowedBy(mediaType: string, list: string): boolean {
  const essence = essenceOf(mediaType);
  return list.split(',').some((range) => {
    const allowed = essenceOf(range);
    return (
      allowed === '*/*' || allowed === essence || (allowed.endsWith('/*') && essence.startsWith(allowed.slice(0, -1)))
    );
  });
}

/** The first media type of a list that is no range. */
export function firstOf(list: string): string | undefined {
  return list
    .split(',')
    .map((each) => each.trim())
    .find((each) => each !== '' && !each.includes('*') && MEDIA_TYPE.test(each));
}

function withoutParametersFirst(one: string, other: string): number {
  return Number(one.includes(';')) - Number(other.includes(';'));
}
