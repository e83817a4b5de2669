import { isNumber } from '../numbers/exact-number.js';
import { type JsonObject, type JsonValue, isObject, listMember, pointerTo } from '../document/json.js';
import { type ObjectKind } from '../document/visit-objects.js';
import { quote } from '../document/errors.js';
import { type Repairs } from './repairs.js';

const FLAGS = ['required', 'deprecated', 'explode', 'allowReserved', 'allowEmptyValue'];
const WITH_FLAGS: ReadonlySet<ObjectKind> = new Set(['Parameter', 'Request Body', 'Operation']);
const TEXTS: { readonly [kind in ObjectKind]?: readonly string[] } = {
  Operation: ['operationId'],
  Parameter: ['name'],
};

/** Replaces `"true"` by `true`, and numbers by texts where the standard has texts. */
export function repairScalars(object: JsonObject, kind: ObjectKind, pointer: () => string, repairs: Repairs): void {
  if (WITH_FLAGS.has(kind)) {
    for (const name of FLAGS) repairFlag(object, name, pointer, repairs);
  }
  for (const name of TEXTS[kind] ?? []) {
    const value = object[name];
    if (isNumber(value) || typeof value === 'boolean') replace(pointer(), name, value, String(value), repairs);
  }
  if (kind === 'OpenAPI' || kind === 'Path Item' || kind === 'Operation') repairVariables(object, pointer, repairs);
}

function repairFlag(object: JsonObject, name: string, pointer: () => string, repairs: Repairs): void {
  const value = object[name];
  if (typeof value !== 'string' || !/^(?:true|false)$/i.test(value)) return;
  replace(pointer(), name, value, value.toLowerCase() === 'true', repairs);
}

/** Repairs the variables of servers, whose values must be texts (OAS 3.1.1, section 4.8.6). */
function repairVariables(owner: JsonObject, pointer: () => string, repairs: Repairs): void {
  for (const [index, server] of (listMember(owner, 'servers') ?? []).entries()) {
    if (!isObject(server)) continue;
    const place = pointerTo(pointer(), 'servers', index);
    const variables = server['variables'];
    if (variables === null || (Array.isArray(variables) && variables.length === 0))
      repairs.draft.set(place, 'variables', {});
    for (const [name, variable] of isObject(variables) ? Object.entries(variables) : []) {
      const at = pointerTo(place, 'variables', name);
      if (isObject(variable)) repairVariable(variable, at, repairs);
    }
  }
}

function repairVariable(variable: JsonObject, pointer: string, repairs: Repairs): void {
  const { default: value, enum: values } = variable;
  if (isNumber(value) || typeof value === 'boolean') replace(pointer, 'default', value, String(value), repairs);
  if (!Array.isArray(values) || values.every((each) => typeof each === 'string')) return;
  const texts = values.map((each) => (isNumber(each) || typeof each === 'boolean' ? String(each) : each));
  repairs.draft.set(pointer, 'enum', texts);
}

function replace(
  pointer: string,
  name: string,
  stated: JsonValue,
  value: JsonValue,
  { draft, findings }: Repairs,
): void {
  draft.set(pointer, name, value);
  const message = `"${name}" is ${quote(stated)} and is read as ${quote(value)}`;
  findings.push({ code: 'wrong_scalar', message, pointer: pointerTo(pointer, name) });
}
