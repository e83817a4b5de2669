import { VARIABLE_NAMES } from './environment-schema.js';

/** Variables that the key providers of the vault read. */
const VAULT_VARIABLES = ['VAULT_TOKEN', 'VAULT_TOKEN_FILE', 'VAULT_NAMESPACE'];

/** Prefixes that only our settings use. `VAULT_` is not one of them: HashiCorp's own variables begin with it too. */
const OWN_PREFIX = /^(CALL_MAX_|CALL_TIMEOUT|EGRESS_|RATE_LIMIT_|SIGN_IN_|TRUSTED_PROX|OPERATOR_KEY)/;

/** Allows two typos. A larger distance would match variables of other programs. */
const MAX_DISTANCE = 2;

/** Short names such as `HOST` and `PORT` resemble many others. */
const MIN_COMPARED_LENGTH = 8;

/** A variable that is probably misspelled, and the setting that was probably meant. */
export interface MisspelledVariable {
  variable: string;
  suggestion: string;
}

/** Finds variables that Countersign does not read but whose names resemble its settings. */
export function misspelledVariables(environment: Record<string, string | undefined>): MisspelledVariable[] {
  const known = new Set([...VARIABLE_NAMES, ...VAULT_VARIABLES]);
  return Object.keys(environment)
    .filter((variable) => environment[variable] !== undefined && !known.has(variable))
    .flatMap((variable) => {
      const { name, distance } = nearestSetting(variable);
      const isClose = variable.length >= MIN_COMPARED_LENGTH && distance <= MAX_DISTANCE;
      return isClose || OWN_PREFIX.test(variable) ? [{ variable, suggestion: name }] : [];
    })
    .toSorted((a, b) => a.variable.localeCompare(b.variable));
}

function nearestSetting(variable: string): { name: string; distance: number } {
  const candidates = VARIABLE_NAMES.map((name) => ({ name, distance: editDistance(variable, name) }));
  return candidates.reduce((best, each) => (each.distance < best.distance ? each : best));
}

/** Returns how many characters have to be inserted, deleted or replaced to turn one text into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
