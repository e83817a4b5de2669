import { Draft } from '../document/draft.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  listMember,
  member,
  objectMember,
  pointerTo,
  stringMember,
  textsOf,
} from '../document/json.js';
import { resolve } from '../document/references.js';
import { type Conversion } from './conversion.js';
import { convertParameter, isInBody, isOldParameter } from './parameter.js';
import { rewriteReferences } from './references.js';
import { convertBody } from './request-body.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** A parameter in the list of an operation or path item. */
interface Listed {
  /** the entry of the list, which may be a reference */
  readonly entry: Located;
  /** the parameter itself, if its reference can be resolved */
  readonly parameter: Located<JsonObject> | undefined;
}

/** Converts parameters that are described as in Swagger 2.0: `type` beside `in`, `in: body` and `in: formData`. */
export function convertParameters(json: JsonObject, conversion: Conversion): JsonObject {
  if (!conversion.isSwagger && !mayHaveOldParameters(json)) return rewriteReferences(json, conversion.origins);
  const draft = new Draft(json);
  convertComponents(json, draft, conversion);
  for (const pathItem of pathItems(json)) new PathItemConverter(json, draft, conversion, pathItem).convert();
  if (conversion.isSwagger) draft.remove('', 'consumes');
  return rewriteReferences(draft.apply(), conversion.origins);
}

/** Returns whether a parameter may be as in Swagger 2.0: a look at the parameters themselves, which is all that most documents need. */
function mayHaveOldParameters(json: JsonObject): boolean {
  const isOld = (value: JsonValue) => isOldParameter(value) || isForeignReference(value);
  const hasOld = (owner: JsonValue | undefined) => listMember(owner, 'parameters')?.some(isOld) === true;
  const components = objectMember(json, 'components');
  const pathItems = [objectMember(json, 'paths'), objectMember(components, 'pathItems')];
  return (
    Object.values(objectMember(components, 'parameters') ?? {}).some(isOld) ||
    pathItems.some((map) =>
      Object.values(map ?? {}).some((item) => hasOld(item) || METHODS.some((method) => hasOld(member(item, method)))),
    )
  );
}

/** Returns whether a value refers to something else than a parameter under `components`. */
function isForeignReference(value: JsonValue): boolean {
  const reference = stringMember(value, '$ref');
  return reference !== undefined && !reference.startsWith('#/components/parameters/');
}

function convertComponents(json: JsonObject, draft: Draft, conversion: Conversion): void {
  const place = '/components/parameters';
  for (const [name, value] of Object.entries(objectMember(objectMember(json, 'components'), 'parameters') ?? {})) {
    if (!isOldParameter(value)) continue;
    const pointer = pointerTo(place, name);
    if (isInBody(value)) draft.remove(place, name);
    else {
      conversion.origins.add(pointer, pointer);
      draft.set(place, name, converted({ value, pointer }, pointer, conversion));
    }
  }
}

function pathItems(json: JsonObject): Located<JsonObject>[] {
  const owners = [
    { map: objectMember(json, 'paths'), pointer: '/paths' },
    { map: objectMember(objectMember(json, 'components'), 'pathItems'), pointer: '/components/pathItems' },
  ];
  return owners.flatMap(({ map, pointer }) =>
    Object.entries(map ?? {}).flatMap(([name, value]) =>
      isObject(value) ? [{ value, pointer: pointerTo(pointer, name) }] : [],
    ),
  );
}

class PathItemConverter {
  constructor(
    private readonly root: JsonObject,
    private readonly draft: Draft,
    private readonly conversion: Conversion,
    private readonly pathItem: Located<JsonObject>,
  ) {}

  convert(): void {
    const shared = this.#list(this.pathItem);
    this.#replaceList(this.pathItem, shared, true);
    const sharedBody = shared.filter(isListedInBody);
    for (const method of METHODS) {
      const operation = objectMember(this.pathItem.value, method);
      if (operation === undefined) continue;
      const place = { value: operation, pointer: pointerTo(this.pathItem.pointer, method) };
      const own = this.#list(place);
      const body = own.some(isListedInBody) ? own.filter(isListedInBody) : sharedBody;
      const isFree = member(operation, 'requestBody') === undefined;
      this.#replaceList(place, own, isFree);
      if (isFree && body.length > 0) this.#addBody(place, body);
      if (this.conversion.isSwagger || (isFree && body.length > 0)) this.draft.remove(place.pointer, 'consumes');
    }
  }

  #list({ value, pointer }: Located<JsonObject>): Listed[] {
    return (listMember(value, 'parameters') ?? []).map((item, index) => {
      const entry = { value: item, pointer: pointerTo(pointer, 'parameters', index) };
      const found = resolve(this.root, entry);
      const parameter = 'code' in found || !isObject(found.value) ? undefined : { ...found, value: found.value };
      return { entry, parameter };
    });
  }

  /** Replaces the parameters of an operation or path item by converted ones, without those that are in the body. */
  #replaceList(owner: Located<JsonObject>, all: readonly Listed[], isBodyMoved: boolean): void {
    const kept = all.filter((listed) => !isBodyMoved || !isListedInBody(listed));
    if (kept.length === all.length && !kept.some(({ entry }) => isOldParameter(entry.value))) return;
    const { origins } = this.conversion;
    const parameters = kept.map(({ entry: { value, pointer } }, index) => {
      const target = pointerTo(owner.pointer, 'parameters', index);
      origins.add(target, pointer);
      if (!isOldParameter(value) || isInBody(value)) return value;
      return converted({ value, pointer }, target, this.conversion);
    });
    this.draft.set(owner.pointer, 'parameters', parameters);
  }

  #addBody(operation: Located<JsonObject>, listed: readonly Listed[]): void {
    const parameters = listed.flatMap(({ parameter }) => parameter ?? []);
    const pointer = pointerTo(operation.pointer, 'requestBody');
    const hasOwn = listMember(operation.value, 'consumes') !== undefined;
    const mediaTypes = textsOf(hasOwn ? operation.value : this.root, 'consumes');
    this.draft.set(operation.pointer, 'requestBody', convertBody(parameters, pointer, mediaTypes, this.conversion));
    for (const { value, pointer: at } of parameters) report(this.conversion, value, at, 'a part of the request body');
  }
}

function isListedInBody({ parameter }: Listed): boolean {
  return parameter !== undefined && isInBody(parameter.value);
}

function converted(parameter: Located<JsonObject>, target: string, conversion: Conversion): JsonObject {
  conversion.origins.add(pointerTo(target, 'schema'), parameter.pointer);
  report(conversion, parameter.value, parameter.pointer, 'a parameter of OpenAPI 3');
  return convertParameter(parameter, conversion);
}

/** Says that a parameter of an OpenAPI 3 document was converted. */
function report({ isSwagger, findings }: Conversion, parameter: JsonObject, pointer: string, as: string): void {
  if (isSwagger) return;
  const name = stringMember(parameter, 'name') ?? '';
  const message = `the parameter "${name}" is described as in Swagger 2.0 and is read as ${as}; use "schema" and "requestBody"`;
  findings.push({ code: 'swagger_parameter', message, pointer });
}
