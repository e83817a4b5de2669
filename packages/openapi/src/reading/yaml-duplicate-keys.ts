import { EVENT_ID, type Event, YAMLException, getScalarValue, parseEvents } from 'js-yaml';
import { type Finding } from '../document/errors.js';
import { pointerTo } from '../document/json.js';
import { lineStarts, positionAt } from '../document/lines.js';

/** The duplicate keys of a YAML text. */
export interface YamlDuplicates {
  readonly duplicates: readonly Finding[];
  readonly hasAliases: boolean;
}

/** An open mapping or sequence. */
interface Collection {
  readonly pointer: string;
  /** the keys so far; `undefined` in a sequence */
  readonly keys: Set<string> | undefined;
  /** the number of entries so far */
  count: number;
  /** the key whose value is next; `undefined` if a key is next */
  key: string | undefined;
}

/** Finds keys that occur twice in one mapping of a YAML text. A text with a syntax error has none. */
export function yamlDuplicateKeys(text: string): YamlDuplicates {
  const events = eventsOf(text);
  const starts = lineStarts(text);
  const duplicates: Finding[] = [];
  const open: Collection[] = [];
  for (const event of events) {
    const parent = open.at(-1);
    if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.DOCUMENT) open.push({ pointer: '', keys: undefined, count: 0, key: undefined });
    else if (parent?.keys !== undefined && parent.key === undefined && event.type === EVENT_ID.SCALAR) {
      const key = getScalarValue(text, event);
      if (parent.keys.has(key)) duplicates.push(duplicate(key, parent.pointer, positionAt(starts, event.valueStart)));
      parent.keys.add(key);
      parent.key = key;
    } else {
      const pointer =
        open.length < 2 || parent === undefined ? '' : pointerTo(parent.pointer, parent.key ?? parent.count);
      if (parent !== undefined) Object.assign(parent, { count: parent.count + 1, key: undefined });
      const isMapping = event.type === EVENT_ID.MAPPING;
      if (isMapping || event.type === EVENT_ID.SEQUENCE)
        open.push({ pointer, keys: isMapping ? new Set() : undefined, count: 0, key: undefined });
    }
  }
  return { duplicates, hasAliases: events.some(({ type }) => type === EVENT_ID.ALIAS) };
}

function eventsOf(text: string): Event[] {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (error instanceof YAMLException) return [];
    throw error;
  }
}

function duplicate(key: string, owner: string, position: Finding['position'] & object): Finding {
  const message = `the key "${key}" occurs twice in one mapping, so that only one of the values can count; keep one`;
  return { code: 'duplicate_key', message, pointer: pointerTo(owner, key), position };
}
