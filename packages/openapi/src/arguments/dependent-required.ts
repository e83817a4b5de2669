import { type MacroKeywordDefinition } from 'ajv';

/**
 * Replaces `dependentRequired` of Ajv, which repeats the whole list in its code for each name: 100 MB for a list of 4000. The errors are those of
 * `required`; the one of this keyword adds nothing to them.
 */
export const DEPENDENT_REQUIRED: MacroKeywordDefinition = {
  keyword: 'dependentRequired',
  type: 'object',
  schemaType: 'object',
  macro: (lists: Record<string, string[]>) => ({
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    allOf: Object.entries(lists).map(([name, required]) => ({ if: { required: [name] }, then: { required } })),
  }),
};
