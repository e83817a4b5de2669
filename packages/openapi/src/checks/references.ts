import { type OpenApiDocument, type OpenApiVersion } from '../document/document.js';
import { type Finding } from '../document/errors.js';
import { type JsonObject, type Located, isObject, pointerTokens, stringMember } from '../document/json.js';
import { referenceKey, resolve } from '../document/references.js';
import { isUsedByCalls } from '../document/relevance.js';
import { schemaKeyword } from '../document/schema-keywords.js';
import { type ObjectKind, componentKind, visitObjects } from '../document/visit-objects.js';

/** Findings about the references of a document. */
export interface ReferenceFindings {
  /** `external_reference` findings that requests of some operations depend on */
  invalidParts: Finding[];
  warnings: Finding[];
}

/** Finds references that cannot be resolved or that lead to the wrong kind of object, and keywords that are ignored beside `$ref`. */
export function checkReferences({ json, version }: OpenApiDocument): ReferenceFindings {
  const invalidParts: Finding[] = [];
  const warnings: Finding[] = [];
  const fine = new Set<string>();
  visitObjects({ value: json, pointer: '' }, 'OpenAPI', (value, kind, pointer) => {
    const reference = stringMember(value, '$ref');
    if (reference === undefined) return;
    const lost = lostSiblings(value, kind, version);
    if (lost.length > 0 && isUsedByCalls(pointer())) warnings.push(siblings(lost, pointer()));
    const key = `${kind} ${referenceKey(json, reference, value)}`;
    if (fine.has(key)) return;
    const result = resolve(json, { value, pointer: pointer() });
    if ('code' in result) {
      const isNeeded = result.code === 'external_reference' && isUsedByCalls(result.pointer);
      (isNeeded ? invalidParts : warnings).push(result);
      return;
    }
    const other = otherThan(kind, result);
    if (other === undefined) fine.add(key);
    else warnings.push(misplaced(reference, kind, other, pointer()));
  });
  return { invalidParts, warnings };
}

/** Describes a target that is not of the expected kind; `undefined` if it may be. */
function otherThan(kind: ObjectKind, { value, pointer }: Located): string | undefined {
  if (pointer === '') return 'the document itself';
  if (!isObject(value))
    return kind === 'Schema' && typeof value === 'boolean' ? undefined : 'a value that is not an object';
  const [first, section = '', ...names] = pointerTokens(pointer);
  const found = first === 'components' && names.length === 1 ? componentKind(section) : undefined;
  return found === undefined || found === kind ? undefined : `a ${found} Object`;
}

function misplaced(reference: string, expected: ObjectKind, found: string, pointer: string): Finding {
  const message = `"${reference}" must lead to a ${expected} Object, but leads to ${found}; it is ignored, so correct it`;
  return { code: 'misplaced_reference', message, pointer };
}

function siblings(names: readonly string[], pointer: string): Finding {
  const list = names.map((name) => `"${name}"`).join(', ');
  const message = `${list} is ignored beside "$ref"; move it to the target of the reference, or replace the reference`;
  return { code: 'ignored_beside_reference', message, pointer };
}

/** The fields of a Reference Object (OAS 3.1.1, section 4.8.23). */
const ALLOWED = new Set(['$ref', 'summary', 'description']);

/** In schemas, 3.1 applies all keywords beside `$ref` and 3.0 none. Only keywords that affect validation are reported. */
function lostSiblings(object: JsonObject, kind: ObjectKind, version: OpenApiVersion): string[] {
  if (kind === 'Schema' && version !== '3.0') return [];
  return Object.keys(object).filter((name) => {
    if (ALLOWED.has(name) || name.startsWith('x-')) return false;
    return kind !== 'Schema' || VALIDATING.has(name) || schemaKeyword(name)?.isApplicator === true;
  });
}

const VALIDATING = new Set(
  ['enum', 'required', 'pattern', 'multipleOf', 'uniqueItems'].concat(
    ['imum', 'Length', 'Items', 'Properties'].flatMap((bound) => [`min${bound}`, `max${bound}`]),
  ),
);
