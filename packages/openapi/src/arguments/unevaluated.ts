import { type Ajv, type CodeKeywordDefinition, type KeywordCxt, Name, _, str } from 'ajv';
import { Type, evaluatedPropsToName } from 'ajv/dist/compile/util.js';

/**
 * Replaces the keywords by which Ajv departs from JSON Schema 2020-12 where `unevaluatedItems` and `unevaluatedProperties` depend on them:
 *
 * - `contains` evaluates only the items that match it, and not all of them (Core, section 10.3.1.3);
 * - `if` evaluates what it matches, also without `then` and `else`, and nothing if it does not match (Core, section 10.2.2.1).
 *
 * Use it only for schemas with these keywords: it does what other schemas do not need.
 */
export function trackEvaluated(ajv: Pick<Ajv, 'addKeyword' | 'removeKeyword'>): void {
  for (const definition of [IF, CONTAINS, UNEVALUATED_ITEMS]) {
    ajv.removeKeyword(definition.keyword as string);
    ajv.addKeyword(definition);
  }
}

/** Declares the variables of what is evaluated before the branches of a keyword: Ajv would declare them within the first one that matches. */
export function declareEvaluated({ gen, it }: KeywordCxt): void {
  if (it.props !== true && !(it.props instanceof Name)) it.props = evaluatedPropsToName(gen, it.props);
  if (it.items !== true && !(it.items instanceof Name)) it.items = gen.var('items', it.items ?? 0);
}

const IF: CodeKeywordDefinition = {
  keyword: 'if',
  schemaType: ['object', 'boolean'],
  trackErrors: true,
  code(cxt) {
    const { gen, parentSchema } = cxt;
    declareEvaluated(cxt);
    const isMet = gen.name('_valid');
    const condition = cxt.subschema(
      { keyword: 'if', compositeRule: true, createErrors: false, allErrors: false },
      isMet,
    );
    cxt.reset();
    cxt.mergeValidEvaluated(condition, isMet);
    const isValid = gen.let('valid', true);
    const applyClause = (keyword: string) => () => {
      if (parentSchema[keyword] === undefined) return;
      const isClauseValid = gen.name('_valid');
      const clause = cxt.subschema({ keyword }, isClauseValid);
      gen.assign(isValid, isClauseValid);
      cxt.mergeValidEvaluated(clause, isClauseValid);
    };
    gen.if(isMet, applyClause('then'), applyClause('else'));
    cxt.pass(isValid, () => cxt.error(true));
  },
};

/** Has no type, so that its code also runs for other values than arrays, and the variables are declared for these. */
const CONTAINS: CodeKeywordDefinition = {
  keyword: 'contains',
  schemaType: ['object', 'boolean'],
  trackErrors: true,
  error: {
    message: ({ params: { min, max } }) =>
      max === undefined
        ? str`must contain at least ${min} valid item(s)`
        : str`must contain at least ${min} and no more than ${max} valid item(s)`,
  },
  code(cxt) {
    const { gen, data, it } = cxt;
    const { minContains: min = 1, maxContains: max } = cxt.parentSchema as {
      minContains?: number;
      maxContains?: number;
    };
    cxt.setParams({ min, max });
    declareEvaluated(cxt);
    const count = gen.let('count', 0);
    gen.if(_`Array.isArray(${data})`, () => {
      gen.forRange('i', 0, _`${data}.length`, (index) => {
        const isMatch = gen.name('_valid');
        cxt.subschema({ keyword: 'contains', dataProp: index, dataPropType: Type.Num, compositeRule: true }, isMatch);
        gen.if(isMatch, () => {
          gen.code(_`${count}++;`);
          if (it.props instanceof Name) gen.assign(_`${it.props}[${itemKey(index)}]`, true);
        });
      });
    });
    const isCountFine = max === undefined ? _`${count} >= ${min}` : _`${count} >= ${min} && ${count} <= ${max}`;
    cxt.result(_`!Array.isArray(${data}) || (${isCountFine})`, () => cxt.reset());
  },
};

/** Ajv counts evaluated items from the first one. Single items are recorded with the evaluated properties, which an array does not have. */
const itemKey = (index: Name) => _`"item " + ${index}`;

const UNEVALUATED_ITEMS: CodeKeywordDefinition = {
  keyword: 'unevaluatedItems',
  type: 'array',
  schemaType: ['boolean', 'object'],
  trackErrors: true,
  error: { message: ({ params: { index } }) => str`must not have item ${index}, which no schema describes` },
  code(cxt) {
    const { gen, data, schema, it, errsCount } = cxt;
    const { items = 0, props } = it;
    if (items === true) return;
    gen.if(_`${items} !== true`, () => {
      gen.forRange('i', _`${items} || 0`, _`${data}.length`, (index) => {
        const isEvaluated = props instanceof Name ? _`${props} && ${props}[${itemKey(index)}]` : _`false`;
        gen.if(_`!(${isEvaluated})`, () => {
          if (schema === false) cxt.error(false, { index });
          else
            cxt.subschema({ keyword: 'unevaluatedItems', dataProp: index, dataPropType: Type.Num }, gen.name('valid'));
        });
      });
    });
    it.items = true;
    cxt.ok(_`${errsCount} === errors`);
  },
};
