import { Draft } from '../document/draft.js';
import { type Finding } from '../document/errors.js';
import { type JsonObject } from '../document/json.js';
import { Origins } from '../document/origins.js';
import { type ObjectKind, visitObjects } from '../document/visit-objects.js';
import { convertParameters } from '../swagger2/operation-parameters.js';
import { repairEmptyValue, repairRequirements } from './empty-values.js';
import { repairScalars } from './scalars.js';
import { repairServers } from './servers.js';
import { movePathItems } from './path-items.js';
import { type Repairs } from './repairs.js';
import { repairType } from './types.js';

/** A document after its repair. */
export interface Repaired {
  /** the very same document if there was nothing to repair */
  readonly json: JsonObject;
  /** what was repaired, with pointers into the original */
  readonly findings: readonly Finding[];
  readonly origins: Origins;
}

/**
 * Repairs mistakes that leave one reading: types of programming languages, empty lists in place of empty objects, path items beside `paths`, and
 * parameters as in Swagger 2.0. What has no single reading is left as it is.
 *
 * @param isSwagger whether the document was converted from Swagger 2.0, whose parameters are worth no finding
 * @param earlier the origins of the document
 */
export function repairDocument(json: JsonObject, isSwagger: boolean, earlier?: Origins): Repaired {
  const moves = new Origins(earlier);
  const [shaped, shapeFindings] = changed(json, (repairs) => {
    movePathItems(json, moves, repairs);
    repairServers(json, repairs);
  });
  const empties = noRepairs(shaped);
  const values = noRepairs(shaped);
  visitObjects({ value: shaped, pointer: '' }, 'OpenAPI', {
    visit: (object, kind, pointer) => {
      if (kind === 'OpenAPI' || kind === 'Operation') repairRequirements(object, pointer, empties.draft);
      repairValues(object, kind, pointer, values);
    },
    visitEmpty: (value, name, place) => repairEmptyValue(value, name, place, empties),
  });
  const origins = new Origins(moves);
  const parameterFindings: Finding[] = [];
  const converted = convertParameters(empties.draft.apply(), { isSwagger, origins, findings: parameterFindings });
  // Few documents change before their values are repaired. Those are visited once more, as they are then.
  const [typed, valueFindings] =
    converted === shaped
      ? [values.draft.apply(), values.findings]
      : changed(converted, (repairs) =>
          visitObjects({ value: converted, pointer: '' }, 'OpenAPI', (...place) => repairValues(...place, repairs)),
        );
  const before = earlier?.inOriginal(shapeFindings) ?? shapeFindings;
  const between = moves.inOriginal([...empties.findings, ...parameterFindings]);
  return { json: typed, findings: [...before, ...between, ...origins.inOriginal(valueFindings)], origins };
}

function repairValues(object: JsonObject, kind: ObjectKind, pointer: () => string, repairs: Repairs): void {
  if (kind === 'Schema') repairType(object, pointer, repairs);
  else repairScalars(object, kind, pointer, repairs);
}

function changed(json: JsonObject, find: (repairs: Repairs) => void): [JsonObject, Finding[]] {
  const repairs = noRepairs(json);
  find(repairs);
  return [repairs.draft.apply(), repairs.findings];
}

function noRepairs(json: JsonObject): { draft: Draft; findings: Finding[] } {
  return { draft: new Draft(json), findings: [] };
}
