import type { AuthFields } from '../../auth-registry/index.js';

/** The fields that define the placement of the key. */
const PLACEMENT = ['auth_type', 'custom_header_name', 'location', 'parameter_name'] as const;

/**
 * Fills missing fields from the suggestion of the document or the imported manifest. The placement is used as a whole or not at all: it is
 * ignored if a placement field that the client sent differs from it.
 *
 * @param suggestion contains no secret
 */
export function completeKey(input: AuthFields, suggestion: Record<string, unknown>): AuthFields {
  const isOverridden = PLACEMENT.some((name) => isGiven(input[name]) && !agrees(name, input[name], suggestion));
  const usable = Object.entries(suggestion).filter(([name]) => !isOverridden || !isPlacement(name));
  const given = Object.entries(input).filter(([, value]) => isGiven(value));
  return { ...Object.fromEntries([...usable, ...given]), type: input.type };
}

/** Returns whether a placement field that the client sent agrees with the suggestion. A suggested custom header may still lack its name. */
function agrees(name: (typeof PLACEMENT)[number], value: unknown, suggestion: Record<string, unknown>): boolean {
  const { auth_type, location = 'header', custom_header_name } = suggestion;
  if (name === 'location') return value === location;
  const isUnnamed = name === 'custom_header_name' && custom_header_name === undefined && location === 'header';
  return isUnnamed ? auth_type === 'custom' : value === suggestion[name];
}

function isPlacement(name: string): boolean {
  return (PLACEMENT as readonly string[]).includes(name);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
