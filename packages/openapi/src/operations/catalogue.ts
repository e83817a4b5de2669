import { type BaseLocation, type OpenApiDocument } from '../document/document.js';
import { type Finding, InvalidDocumentError, condense, refuse } from '../document/errors.js';
import { type JsonObject, type Located, isObject, objectMember, pointerTo, listMember } from '../document/json.js';
import { commonNames } from '../document/names.js';
import { declaredId, operationIds } from './operation-ids.js';
import { OperationNotes } from './operation-notes.js';
import { type OperationPlace, type OperationPlan, readOperation } from './operation-plan.js';
import { resolve } from '../document/references.js';
import { type DocumentServer, documentServer } from './servers.js';

/** All that can be called of a document, by operation id, in the order of the document. */
export interface Catalogue {
  readonly server: DocumentServer;
  readonly plans: ReadonlyMap<string, OperationPlan>;
  readonly warnings: readonly Finding[];
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const UNSENDABLE_METHODS = new Set(['trace', 'query', 'additionalOperations']);

/**
 * Finds the operations of a document that can be called, and notes why the others cannot.
 *
 * @throws {InvalidDocumentError} there is no server to call, two operations share an id, or nothing can be called
 */
export function readCatalogue(document: OpenApiDocument, base: BaseLocation): Catalogue {
  const warnings: Finding[] = [];
  const places = operationPlaces(document.json, warnings);
  if (places.length === 0) throw nothingToCall(document.json, places, warnings);
  const server = documentServer(document.json, base);
  refuse([...tooManyParameters(places), ...duplicateIds(places)]);
  const ids = operationIds(places);
  const aliases = commonNames(ids.values());
  const plans = new Map<string, OperationPlan>();
  for (const [place, operationId] of ids) {
    const notes = new OperationNotes();
    noteNaming(place, operationId, aliases.get(operationId) ?? operationId, notes);
    const plan = readOperation({ document, server, base, operationId, ...place }, notes);
    warnings.push(...notes.findings);
    if (plan !== undefined && notes.isCallable) plans.set(operationId, plan);
  }
  if (plans.size === 0) throw nothingToCall(document.json, places, warnings);
  return { server, plans, warnings };
}

/** Every operation that a document describes, in its order, callable or not. @param warnings gets what is wrong with paths */
export function operationPlaces(root: JsonObject, warnings: Finding[]): OperationPlace[] {
  const places: OperationPlace[] = [];
  for (const [path, value] of Object.entries(objectMember(root, 'paths') ?? {})) {
    if (path.startsWith('x-')) continue;
    const found = resolve(root, { value, pointer: pointerTo('/paths', path) });
    if ('code' in found) warnings.push(found);
    else if (isObject(found.value)) {
      const pathItem = { value: found.value, pointer: found.pointer };
      places.push(...operationsOf(path, pathItem));
      warnings.push(...unsendable(pathItem));
    }
  }
  return places;
}

function operationsOf(path: string, pathItem: Located<JsonObject>): OperationPlace[] {
  return Object.entries(pathItem.value).flatMap(([key, operation]) => {
    if (!METHODS.has(key) || !isObject(operation)) return [];
    const place = { value: operation, pointer: pointerTo(pathItem.pointer, key) };
    return [{ path, method: key.toUpperCase(), pathItem, operation: place }];
  });
}

function unsendable(pathItem: Located<JsonObject>): Finding[] {
  return Object.keys(pathItem.value)
    .filter((key) => UNSENDABLE_METHODS.has(key))
    .map((key) => ({
      code: 'unsupported_method',
      message: `operations under "${key}" are not supported and are left out`,
      pointer: pointerTo(pathItem.pointer, key),
    }));
}

/** Four times what the largest real documents have. */
const MOST_PARAMETERS = 200_000;

/** Many paths may refer to one path item, so that a small document has more parameters than can be read. */
function tooManyParameters(places: readonly OperationPlace[]): Finding[] {
  const count = (owner: JsonObject) => listMember(owner, 'parameters')?.length ?? 0;
  const all = places.reduce((sum, { pathItem, operation }) => sum + count(pathItem.value) + count(operation.value), 0);
  if (all <= MOST_PARAMETERS) return [];
  const message = `the operations have ${all} parameters together; ${MOST_PARAMETERS} can be read`;
  return [{ code: 'too_large', message, pointer: '/paths' }];
}

function duplicateIds(places: readonly OperationPlace[]): Finding[] {
  const first = new Map<string, OperationPlace>();
  const findings: Finding[] = [];
  for (const place of places) {
    const id = declaredId(place);
    if (id === undefined) continue;
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, place);
      continue;
    }
    const message = `the operationId "${id}" belongs to ${other.method} ${other.path} already; each needs one of its own`;
    const pointer = pointerTo(place.operation.pointer, 'operationId');
    findings.push({ code: 'duplicate_operation_id', message, pointer });
  }
  return findings;
}

function noteNaming(place: OperationPlace, id: string, alias: string, notes: OperationNotes): void {
  const { operation, method, path } = place;
  if (declaredId(place) === undefined) {
    const message = `${method} ${path} has no operationId; it is called "${id}" here`;
    notes.warn('missing_operation_id', message, operation.pointer);
  } else if (alias !== id) {
    const message = `"${id}" has characters or a length that models do not take as a function's name; "${alias}" stands for it`;
    notes.warn('operation_id_alias', message, pointerTo(operation.pointer, 'operationId'));
  }
}

function nothingToCall(
  root: JsonObject,
  places: readonly OperationPlace[],
  warnings: readonly Finding[],
): InvalidDocumentError {
  const hasWebhooks = Object.keys(objectMember(root, 'webhooks') ?? {}).length > 0;
  const none = hasWebhooks
    ? 'the document has no operations, only webhooks, which are calls that its server makes and none that it takes'
    : 'the document has no operations; describe them under "paths"';
  const message = places.length === 0 ? none : 'none of the operations of the document can be called';
  return new InvalidDocumentError([{ code: 'no_operations', message, pointer: '/paths' }, ...condense(warnings)]);
}
