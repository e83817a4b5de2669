import { type DocumentOptions, type OpenApiDocument } from '../document/document.js';
import { type Finding, limitPerCode, throwIfAny } from '../document/errors.js';
import {
  type JsonObject,
  type Located,
  isObject,
  objectMember,
  pointerTo,
  listMember,
  stringMember,
} from '../document/json.js';
import { portableNames } from '../document/names.js';
import { declaredId, duplicateIds, operationIds } from './operation-ids.js';
import { OperationFindings } from './operation-findings.js';
import { type DeclaredOperation, type OperationPlan, readOperation } from './operation-plan.js';
import { resolve } from '../document/references.js';
import { type DocumentServer, documentServer } from './servers.js';

/** The callable operations of a document, by operation id, in document order. */
export interface Catalogue {
  readonly server: DocumentServer;
  readonly plans: ReadonlyMap<string, OperationPlan>;
  readonly warnings: readonly Finding[];
  /** how the operations were read */
  readonly options: DocumentOptions;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const UNSUPPORTED_METHODS = new Set(['trace', 'query', 'additionalOperations']);

/**
 * Reads the callable operations of a document, and warns about the others.
 *
 * @throws {InvalidDocumentError} there is no server to call, or nothing can be called
 */
export function readCatalogue(document: OpenApiDocument, options: DocumentOptions): Catalogue {
  const warnings: Finding[] = [];
  const places = findOperations(document.json, warnings);
  const found = documentServer(document.json, options);
  const none = places.length === 0 ? noOperations(document.json, places, warnings) : [];
  throwIfAny([...none, ...documentErrors(places, found)]);
  // Findings instead of a server have been thrown.
  const server = found as DocumentServer;
  const usable = places.filter((place) => {
    const overlong = overlongName(place);
    warnings.push(...overlong);
    return overlong.length === 0;
  });
  const ids = operationIds(usable);
  const duplicates = duplicateIds(usable);
  const aliases = portableNames(ids.values());
  const plans = new Map<string, OperationPlan>();
  for (const [place, operationId] of ids) {
    const findings = new OperationFindings();
    warnAboutName(place, operationId, aliases.get(operationId) ?? operationId, findings);
    warnAboutDuplicate(place, operationId, duplicates.get(place), findings);
    const plan = readOperation({ document, server, options, operationId, ...place }, findings);
    warnings.push(...findings.all);
    if (plan !== undefined && findings.isCallable) plans.set(operationId, plan);
  }
  if (plans.size === 0) throwIfAny(noOperations(document.json, places, warnings));
  return { server, plans, warnings, options };
}

/** Returns the errors of a document that are found without reading its operations. */
export function documentErrors(places: readonly DeclaredOperation[], server: DocumentServer | Finding[]): Finding[] {
  const own = Array.isArray(server) ? server : tooLong('the server URL', server.url, '/servers/0/url');
  return [...own, ...tooManyParameters(places)];
}

/** No real document has longer ones. Pointers contain paths, so reading the parameters of a long path takes quadratic time. */
const MAX_NAME_LENGTH = 2000;

function overlongName(place: DeclaredOperation): Finding[] {
  const id = declaredId(place) ?? '';
  const [finding] = [
    ...tooLong(`the path ${place.path.slice(0, 80)}`, place.path, '/paths'),
    ...tooLong(`the id ${id.slice(0, 80)}`, id, '/paths'),
  ];
  return finding === undefined ? [] : [{ ...finding, message: `${finding.message}; the operation is left out` }];
}

function tooLong(what: string, text: string, pointer: string): Finding[] {
  return text.length > MAX_NAME_LENGTH ? [{ code: 'too_long', message: `${what} is too long`, pointer }] : [];
}

/** Finds all operations of a document, callable or not, in document order. @param warnings receives findings about paths */
export function findOperations(root: JsonObject, warnings: Finding[] = []): DeclaredOperation[] {
  const places: DeclaredOperation[] = [];
  for (const [path, value] of Object.entries(objectMember(root, 'paths') ?? {})) {
    if (path.startsWith('x-')) continue;
    const found = resolve(root, { value, pointer: pointerTo('/paths', path) });
    if ('code' in found) warnings.push(found);
    else if (isObject(found.value)) {
      const pathItem = { value: found.value, pointer: found.pointer };
      places.push(...operationsOf(path, pathItem));
      warnings.push(...unsupportedMethods(pathItem));
    }
  }
  return places;
}

function operationsOf(path: string, pathItem: Located<JsonObject>): DeclaredOperation[] {
  return Object.entries(pathItem.value).flatMap(([key, operation]) => {
    if (!METHODS.has(key) || !isObject(operation)) return [];
    const place = { value: operation, pointer: pointerTo(pathItem.pointer, key) };
    return [{ path, method: key.toUpperCase(), pathItem, operation: place }];
  });
}

function unsupportedMethods(pathItem: Located<JsonObject>): Finding[] {
  return Object.keys(pathItem.value)
    .filter((key) => UNSUPPORTED_METHODS.has(key))
    .map((key) => ({
      code: 'unsupported_method',
      message: `operations of "${key}" are not supported and are left out`,
      pointer: pointerTo(pathItem.pointer, key),
    }));
}

/** Four times as many as the largest published documents have. */
const MAX_PARAMETERS = 200_000;

/** Many paths may refer to one path item, so even a small document can have too many parameters. */
function tooManyParameters(places: readonly DeclaredOperation[]): Finding[] {
  const count = (owner: JsonObject) => listMember(owner, 'parameters')?.length ?? 0;
  const all = places.reduce((sum, { pathItem, operation }) => sum + count(pathItem.value) + count(operation.value), 0);
  if (all <= MAX_PARAMETERS) return [];
  const message = `the operations have ${all} parameters in total; the limit is ${MAX_PARAMETERS}`;
  return [{ code: 'too_large', message, pointer: '/paths' }];
}

function warnAboutDuplicate(
  { operation }: DeclaredOperation,
  id: string,
  earlier: DeclaredOperation | undefined,
  findings: OperationFindings,
): void {
  if (earlier === undefined) return;
  const message = `the operationId "${stringMember(operation.value, 'operationId')}" is already used by ${earlier.method} ${earlier.path}; this operation is named "${id}", so give it an id of its own`;
  findings.warn('duplicate_operation_id', message, pointerTo(operation.pointer, 'operationId'));
}

function warnAboutName(place: DeclaredOperation, id: string, alias: string, findings: OperationFindings): void {
  const { operation, method, path } = place;
  if (declaredId(place) === undefined) {
    const message = `${method} ${path} has no operationId and is named "${id}"`;
    findings.warn('missing_operation_id', message, operation.pointer);
  } else if (alias !== id && declaredId(place) === id) {
    const message = `"${id}" has characters or a length that models do not accept in a function's name; "${alias}" is used instead`;
    findings.warn('operation_id_alias', message, pointerTo(operation.pointer, 'operationId'));
  }
}

function noOperations(root: JsonObject, places: readonly DeclaredOperation[], warnings: readonly Finding[]): Finding[] {
  const hasWebhooks = Object.keys(objectMember(root, 'webhooks') ?? {}).length > 0;
  const none = hasWebhooks
    ? 'the document has only webhooks, which its server calls; it must describe operations under "paths"'
    : 'the document has no operations; describe them under "paths"';
  const message = places.length === 0 ? none : 'none of the operations of the document can be called';
  return [{ code: 'no_operations', message, pointer: '/paths' }, ...limitPerCode(warnings)];
}
