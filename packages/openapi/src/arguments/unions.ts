import { _, type Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv';
import { type JsonObject, type JsonValue } from '../document/json.js';
import { type BranchChoice, compileBranchChoice } from './branch-choice.js';
import { declareEvaluated } from './unevaluated.js';

/** The parameters of an error of `anyOf` and `oneOf`. */
export interface UnionErrorParams {
  /** the branches that were tried, if a property selects them */
  readonly choice?: BranchChoice;
}

/**
 * Replaces `anyOf` and `oneOf` of Ajv. Branches that a property selects are the only ones that are tried, and a value may match several
 * branches of a `oneOf`: many documents write `oneOf` for alternatives that overlap, and their servers accept such values.
 *
 * @param root the schema that contains the definitions
 * @param hasOneOf whether it contains a `oneOf`
 * @returns a list that each validation fills with the paths of values that matched several branches of a `oneOf`; the caller empties it
 */
export function replaceUnions(
  ajv: Pick<Ajv, 'addKeyword' | 'removeKeyword'>,
  root: JsonObject,
  hasOneOf: boolean,
): string[] {
  const overlaps: string[] = [];
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword(unionKeyword(keyword, root, hasOneOf ? overlaps : undefined));
  }
  return overlaps;
}

function unionKeyword(
  keyword: 'anyOf' | 'oneOf',
  root: JsonObject,
  overlaps: string[] | undefined,
): CodeKeywordDefinition {
  return {
    keyword,
    schemaType: 'array',
    trackErrors: true,
    error: {
      message: `must match a schema in ${keyword}`,
      params: ({ params }) => (params['choice'] === undefined ? _`{}` : _`{choice: ${params['choice']}}`),
    },
    code: (cxt) => writeUnion(cxt, keyword, compileBranchChoice(root, cxt.schema as JsonValue[]), overlaps),
  };
}

function writeUnion(
  cxt: KeywordCxt,
  keyword: 'anyOf' | 'oneOf',
  choose: ((value: unknown) => BranchChoice) | undefined,
  overlaps: string[] | undefined,
): void {
  const { gen, data, it } = cxt;
  // What the schema has evaluated before a branch that fails remains evaluated.
  if (it.opts.unevaluated) declareEvaluated(cxt);
  const matches = gen.let('matches', 0);
  const list = overlaps && gen.scopeValue('obj', { ref: overlaps });
  const choice = choose && gen.const('choice', _`${gen.scopeValue('func', { ref: choose })}(${data})`);
  if (choice) cxt.setParams({ choice });
  // All branches are tried if `unevaluatedProperties` depends on each that matches.
  const isFirstEnough = keyword === 'anyOf' && it.opts.unevaluated !== true;
  (cxt.schema as JsonValue[]).forEach((_branch, index) => {
    const conditions = [
      ...(choice ? [_`${choice}.branches[${index}]`] : []),
      ...(isFirstEnough && index > 0 ? [_`${matches} === 0`] : []),
    ];
    const tryBranch = () => {
      const isValid = gen.name('_valid');
      const known = list && gen.const('known', _`${list}.length`);
      const subschema = cxt.subschema({ keyword, schemaProp: index, compositeRule: true }, isValid);
      gen.if(isValid, () => gen.code(_`${matches}++`));
      cxt.mergeValidEvaluated(subschema, isValid);
      // What overlaps within a branch that does not match is of no interest.
      if (list && known) gen.if(_`!${isValid}`, () => gen.code(_`${list}.length = ${known}`));
    };
    if (conditions.length === 0) tryBranch();
    else
      gen.if(
        conditions.reduce((all, condition) => _`${all} && ${condition}`),
        tryBranch,
      );
  });
  if (list && keyword === 'oneOf') gen.if(_`${matches} > 1`, () => gen.code(_`${list}.push(${pathOf(cxt)})`));
  cxt.result(
    _`${matches} > 0`,
    () => cxt.reset(),
    () => cxt.error(true),
  );
}

function pathOf({ it }: KeywordCxt): Code {
  return _`${new Name('instancePath')} + ${it.errorPath}`;
}
