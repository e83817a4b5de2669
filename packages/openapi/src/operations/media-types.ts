/** How a body is serialized. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** RFC 9110, section 8.3.1; ranges such as `image/*` too (OAS 3.1.1, section 4.8.13). */
const MEDIA_TYPE =
  /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:[ \t]*;[ \t]*[\w!#$&^.+*-]+=(?:[\w!#$&^.+*-]+|"[\w !#-[\]-~]*"))*[ \t]*$/;

const TEXTS =
  /^(?:text\/.+|[\w.-]+\/[\w.+-]+\+xml|(?:application|image)\/(?:[\w.-]+\+)?(?:xml|yaml|svg)|application\/(?:graphql|javascript|x-yaml|x-ndjson|ndjson|jsonl|jwt|jose|sql|toml|.*\bcsv|.*\+(?:xml|yaml|jwt)|sparql-.*|json-seq|.*script))$/;

/** Media types in order of preference. */
const PREFERENCES: readonly (readonly [BodyKind, RegExp])[] = [
  ['json', /^application\/json$/],
  ['json', /^[\w.-]+\/[\w.+-]+\+json$|^text\/json$/],
  ['json', /^(?:application|\*)\/(?:\*|\*\+json)$/],
  ['form', /^application\/x-www-form-urlencoded$/],
  ['multipart', /^multipart\/(?:form-data|\*)$/],
  ['text', TEXTS],
  ['binary', /^(?!multipart\/)/],
];

/** A media type of a document and how its body is serialized. */
export interface PreferredMediaType {
  /** as in the document */
  readonly declared: string;
  readonly kind: BodyKind;
}

/** Chooses the preferred media type of a body, `undefined` if none can be sent. */
export function preferredMediaType(declared: readonly string[]): PreferredMediaType | undefined {
  const sendable = declared.filter((mediaType) => MEDIA_TYPE.test(mediaType)).toSorted(withoutParametersFirst);
  for (const [kind, preference] of PREFERENCES) {
    const found = sendable.find((mediaType) => preference.test(mediaTypeEssence(mediaType)));
    if (found !== undefined) return { declared: found, kind };
  }
  return undefined;
}

/** Returns a media type in lower case without its parameters (WHATWG MIME Sniffing, "essence"). */
export function mediaTypeEssence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(mediaTypeEssence(mediaType));
}

/** Returns whether the first media type of a list such as `application/json, text/plain` is JSON. */
export function prefersJson(list: string): boolean {
  return isJson(list.split(',', 1)[0] ?? '');
}

export function isXml(mediaType: string): boolean {
  return /^(?:application|text)\/xml$|\+xml$/.test(mediaTypeEssence(mediaType));
}

export function isText(mediaType: string): boolean {
  return TEXTS.test(mediaTypeEssence(mediaType));
}

/** Returns whether a list such as `image/png, image/*` includes a media type (RFC 9110, section 12.5.1). */
export function isMediaTypeAllowed(mediaType: string, list: string): boolean {
  const essence = mediaTypeEssence(mediaType);
  return list.split(',').some((range) => {
    const allowed = mediaTypeEssence(range);
    return (
      allowed === '*/*' || allowed === essence || (allowed.endsWith('/*') && essence.startsWith(allowed.slice(0, -1)))
    );
  });
}

/** Returns the first media type of a list that is not a range. */
export function firstConcreteType(list: string): string | undefined {
  return list
    .split(',')
    .map((each) => each.trim())
    .find((each) => each !== '' && !each.includes('*') && MEDIA_TYPE.test(each));
}

/** Parameters that do not choose a media type in an `accept` header. */
const UNUSED_PARAMETERS = /[ \t]*;[ \t]*(?:charset|q)=(?:[^\s;"]+|"[^"]*")/gi;

/** Returns a media type as an `accept` header has it; `undefined` if it cannot be in one, or means any type. */
export function mediaTypeForAccept(mediaType: string): string | undefined {
  return MEDIA_TYPE.test(mediaType) && !mediaType.startsWith('*')
    ? mediaType.replaceAll(UNUSED_PARAMETERS, '').trim()
    : undefined;
}

function withoutParametersFirst(one: string, other: string): number {
  return Number(one.includes(';')) - Number(other.includes(';'));
}
