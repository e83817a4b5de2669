import { type OpenApiDocument, type OpenApiVersion } from '../document/document.js';
import { type Finding } from '../document/errors.js';
import { type JsonObject, type Located, isObject, pointerTokens, stringMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { servesCalls } from '../reading/relevance.js';
import { schemaKind } from '../schema/keywords.js';
import { type ObjectKind, componentKind, eachObject } from '../document/visit-objects.js';

/** What is wrong with the references of a document. */
export interface ReferenceFindings {
  /** `external_reference`, from where calls are described */
  errors: Finding[];
  warnings: Finding[];
}

/** References of a document that lead nowhere or to something else than they should, and what is lost beside them, in their order. */
export function checkReferences({ json, version }: OpenApiDocument): ReferenceFindings {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const fine = new Set<string>();
  eachObject({ value: json, pointer: '' }, 'OpenAPI', (value, kind, pointer) => {
    const reference = stringMember(value, '$ref');
    if (reference === undefined) return;
    const lost = lostSiblings(value, kind, version);
    if (lost.length > 0 && servesCalls(pointer())) warnings.push(siblings(lost, pointer()));
    const key = `${kind} ${reference}`;
    if (fine.has(key)) return;
    const result = resolve(json, { value, pointer: pointer() });
    if ('code' in result) {
      const isNeeded = result.code === 'external_reference' && servesCalls(result.pointer);
      (isNeeded ? errors : warnings).push(result);
      return;
    }
    const other = otherThan(kind, result);
    if (other === undefined) fine.add(key);
    else warnings.push(misplaced(reference, kind, other, pointer()));
  });
  return { errors, warnings };
}

/** What stands at a place, where that is seen to be something else than it should be. */
function otherThan(kind: ObjectKind, { value, pointer }: Located): string | undefined {
  if (pointer === '') return 'the document itself';
  if (!isObject(value)) return kind === 'Schema' && typeof value === 'boolean' ? undefined : 'no object at all';
  const [first, section = '', ...names] = pointerTokens(pointer);
  const found = first === 'components' && names.length === 1 ? componentKind(section) : undefined;
  return found === undefined || found === kind ? undefined : `a ${found} Object`;
}

function misplaced(reference: string, expected: ObjectKind, found: string, pointer: string): Finding {
  const message = `"${reference}" leads to ${found} where a ${expected} Object should be, and does not count; correct it`;
  return { code: 'misplaced_reference', message, pointer };
}

function siblings(names: readonly string[], pointer: string): Finding {
  const list = names.map((name) => `"${name}"`).join(', ');
  const message = `${list} beside "$ref" is ignored; put it where the reference leads, or describe the whole here`;
  return { code: 'ignored_beside_reference', message, pointer };
}

/** What a Reference Object may have beside `$ref` (OAS 3.1.1, section 4.8.23). */
const ALLOWED = new Set(['$ref', 'summary', 'description']);

/** Of schemas, 3.1 counts everything and 3.0 nothing; there only keywords are told that would have been checked. */
function lostSiblings(object: JsonObject, kind: ObjectKind, version: OpenApiVersion): string[] {
  if (kind === 'Schema' && version !== '3.0') return [];
  return Object.keys(object).filter((name) => {
    if (ALLOWED.has(name) || name.startsWith('x-')) return false;
    return kind !== 'Schema' || CHECKED.has(name) || schemaKind(name) !== undefined;
  });
}

const CHECKED = new Set(
  ['enum', 'required', 'pattern', 'multipleOf', 'uniqueItems'].concat(
    ['imum', 'Length', 'Items', 'Properties'].flatMap((bound) => [`min${bound}`, `max${bound}`]),
  ),
);
