import { type BaseLocation, type OpenApiDocument } from '../document.js';
import { type Finding, InvalidDocumentError, refuse } from '../errors.js';
import { type JsonObject, type Located, isObject, objectMember, pointerTo, stringMember } from '../json.js';
import { COMMON_OPERATION_ID, OperationIdMaker } from './operation-ids.js';
import { OperationNotes } from './operation-notes.js';
import { type OperationPlace, type OperationPlan, readOperation } from './operation-plan.js';
import { resolve } from '../references.js';
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
  const server = documentServer(document.json, base);
  const warnings: Finding[] = [];
  const places = operationPlaces(document.json, warnings);
  refuse(duplicateIds(places));
  const ids = new OperationIdMaker(places.flatMap(({ operation }) => declaredId(operation) ?? []));
  const plans = new Map<string, OperationPlan>();
  for (const place of places) {
    const notes = new OperationNotes();
    const operationId = operationIdOf(place, ids, notes);
    const plan = readOperation({ document, server, base, operationId, ...place }, notes);
    warnings.push(...notes.findings);
    if (plan !== undefined && notes.isCallable) plans.set(operationId, plan);
  }
  if (plans.size === 0) throw new InvalidDocumentError([noOperations(places.length), ...warnings]);
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

function declaredId(operation: Located<JsonObject>): string | undefined {
  const id = stringMember(operation.value, 'operationId');
  return id === '' ? undefined : id;
}

function duplicateIds(places: readonly OperationPlace[]): Finding[] {
  const first = new Map<string, OperationPlace>();
  const findings: Finding[] = [];
  for (const place of places) {
    const id = declaredId(place.operation);
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

function operationIdOf(
  { operation, method, path }: OperationPlace,
  ids: OperationIdMaker,
  notes: OperationNotes,
): string {
  const declared = declaredId(operation);
  if (declared === undefined) {
    const id = ids.make(method, path);
    notes.warn(
      'missing_operation_id',
      `${method} ${path} has no operationId; it is called "${id}" here`,
      operation.pointer,
    );
    return id;
  }
  if (!COMMON_OPERATION_ID.test(declared)) {
    const message = `"${declared}" has characters or a length that models do not take as a function's name`;
    notes.warn('operation_id_alias', message, pointerTo(operation.pointer, 'operationId'));
  }
  return declared;
}

function noOperations(found: number): Finding {
  const message =
    found === 0 ? 'the document has no operations' : 'none of the operations of the document can be called';
  return { code: 'no_operations', message, pointer: '/paths' };
}
