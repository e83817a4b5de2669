import { isObject, type JsonObject, type JsonValue } from '@countersign/openapi';

/** Parses a JSON object that comes from another server. @returns `undefined` if the text is anything else */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // Callers report what the text is instead.
  }
}
