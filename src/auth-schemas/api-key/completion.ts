import type { AuthFields } from '../../auth-registry/index.js';

/** The fields that say where a key goes. */
const PLACEMENT = ['auth_type', 'custom_header_name', 'location', 'parameter_name'] as const;

/**
 * Takes what the client left open from what the document, or the form that the action was made from, says. Where the key goes is taken
 * only if the client has said nothing else of it: half of one place and half of another is none.
 *
 * @param suggestion never holds a secret
 */
export function completeKey(input: AuthFields, suggestion: Record<string, unknown>): AuthFields {
  const isOther = PLACEMENT.some((name) => isGiven(input[name]) && !agrees(name, input[name], suggestion));
  const usable = Object.entries(suggestion).filter(([name]) => !isOther || !isPlacement(name));
  const typed = Object.entries(input).filter(([, value]) => isGiven(value));
  return { ...Object.fromEntries([...usable, ...typed]), type: input.type };
}

function agrees(name: (typeof PLACEMENT)[number], value: unknown, suggestion: Record<string, unknown>): boolean {
  const { auth_type, location = 'header', custom_header_name } = suggestion;
  if (name === 'location') return value === location;
  const isOpen = name === 'custom_header_name' && custom_header_name === undefined && location === 'header';
  return isOpen ? auth_type === 'custom' : value === suggestion[name];
}

function isPlacement(name: string): boolean {
  return (PLACEMENT as readonly string[]).includes(name);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
