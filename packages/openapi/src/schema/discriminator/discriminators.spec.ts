import { describe, expect, it } from '@jest/globals';
import {
  type CompiledOperation,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileOperation,
  describeDocument,
  toolDefinition,
  trustedDocument,
} from '../../index.js';

const TEXT = { type: 'string' };
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: JsonObject, required: string[] = [], others: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  required,
  ...others,
});

function documentWith(schema: JsonValue, schemas: JsonObject, openapi: string) {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  return trustedDocument({
    openapi,
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/x': { post: { operationId: 'op', summary: 's', requestBody, responses: {} } } },
    components: { schemas },
  });
}

function operationWith(schema: JsonValue, schemas: JsonObject = {}, openapi = '3.0.3'): CompiledOperation {
  const operation = compileOperation(documentWith(schema, schemas, openapi), 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

/** Returns the messages of the findings about a body, `[]` if it is accepted. */
function problems(operation: CompiledOperation, body: JsonValue): string[] {
  try {
    operation.buildRequest({ body });
    return [];
  } catch (error) {
    if (error instanceof InvalidArgumentsError)
      return error.findings.map(({ pointer, message }) => `${pointer}: ${message}`);
    throw error;
  }
}

function sent(operation: CompiledOperation, body: JsonValue): JsonValue {
  return JSON.parse(String(operation.buildRequest({ body }).body)) as JsonValue;
}

function strictBody(operation: CompiledOperation): JsonValue | undefined {
  const { argumentsSchema } = operation;
  const source = { ...operation, name: 'op', argumentsSchema };
  const { function: tool } = toolDefinition(source, 'openai') as unknown as {
    function: { strict: boolean; parameters: { properties: JsonObject } };
  };
  return tool.strict ? tool.parameters.properties['body'] : undefined;
}

const CAT = object({ kind: TEXT, lives: { type: 'integer' } }, ['kind', 'lives']);
const DOG = object({ kind: TEXT, tricks: { type: 'array', items: TEXT } }, ['kind']);
const PETS = { Cat: CAT, Dog: DOG };
const union = (discriminator: JsonObject = {}, keyword = 'oneOf'): JsonObject => ({
  [keyword]: [reference('Cat'), reference('Dog')],
  discriminator: { propertyName: 'kind', ...discriminator },
});

const CAT_BODY = (kind: JsonValue) => ({ kind, lives: 9 });
const DOG_BODY = (kind: JsonValue) => ({ kind, tricks: ['sit'] });

describe('a union with a discriminator', () => {
  it.each<[string, JsonObject, string, string]>([
    ['the names of schemas', {}, 'Cat', 'Dog'],
    ['keys that map to names', { mapping: { cat: 'Cat', dog: 'Dog' } }, 'cat', 'dog'],
    [
      'keys that map to references',
      { mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } },
      'cat',
      'dog',
    ],
    ['keys that map to files', { mapping: { cat: './schemas/Cat.json', dog: 'Dog.yaml' } }, 'cat', 'dog'],
    ['some keys, and the names of the others', { mapping: { cat: 'Cat' } }, 'cat', 'Dog'],
    ['the names, if keys map to nothing', { mapping: { bird: 'Bird', fish: 'https://e.test/fish' } }, 'Cat', 'Dog'],
  ])('is selected by %s', (_, discriminator, cat, dog) => {
    for (const keyword of ['oneOf', 'anyOf']) {
      const operation = operationWith(union(discriminator, keyword), PETS);
      expect(problems(operation, CAT_BODY(cat))).toEqual([]);
      expect(problems(operation, DOG_BODY(dog))).toEqual([]);
      const allowed = `must be one of "${cat}", "${dog}"`;
      expect(problems(operation, CAT_BODY('bird'))).toEqual([`/body/kind: \`body.kind\` ${allowed}, got "bird"`]);
      expect(problems(operation, { lives: 9 })).toEqual([`/body/kind: \`body.kind\` is required and ${allowed}`]);
    }
  });

  it('checks the selected alternative only', () => {
    const operation = operationWith(union(), PETS);
    expect(problems(operation, { kind: 'Cat', tricks: 1 })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'Dog', lives: 'many' })).toEqual([]);
    expect(problems(operation, { kind: 'Dog', tricks: 1 })).toEqual([
      '/body/tricks: `body.tricks` must be an array, got 1',
    ]);
    expect(problems(operation, 'Cat')).not.toEqual([]);
  });

  it('accepts a value that would match several alternatives', () => {
    const same = object({ kind: TEXT, name: TEXT }, ['kind', 'name']);
    const operation = operationWith(union(), { Cat: same, Dog: same });
    expect(operation.buildRequest({ body: { kind: 'Dog', name: 'Rex' } }).notices).toBeUndefined();
  });

  it('converts values for the selected alternative only', () => {
    const schemas = {
      Cat: object({ kind: TEXT, name: TEXT, lives: { type: 'integer' } }, ['kind']),
      Dog: object({ kind: TEXT, name: { type: 'integer' } }, ['kind']),
    };
    expect(sent(operationWith(union(), schemas), { kind: 'Cat', name: '5', lives: '9' })).toEqual({
      kind: 'Cat',
      name: '5',
      lives: 9,
    });
  });

  it('removes nulls that stand for omitted properties of the selected alternative', () => {
    const schemas = {
      Cat: object({ kind: TEXT, note: { ...TEXT, nullable: true } }, ['kind']),
      Dog: object({ kind: TEXT, note: TEXT }, ['kind']),
    };
    const operation = operationWith(union(), schemas);
    expect(sent(operation, { kind: 'Cat', note: null })).toEqual({ kind: 'Cat', note: null });
    expect(sent(operation, { kind: 'Dog', note: null })).toEqual({ kind: 'Dog' });
  });

  it('gives strict tools the value of each alternative', () => {
    const kind = (value: string) => ({ type: 'string', enum: [value] });
    const closed = (properties: JsonObject) => ({
      ...object(properties, Object.keys(properties)),
      additionalProperties: false,
    });
    expect(strictBody(operationWith(union({ mapping: { cat: 'Cat' } }), PETS))).toEqual({
      anyOf: [
        closed({ kind: kind('cat'), lives: { type: 'integer' } }),
        closed({
          kind: kind('Dog'),
          tricks: { anyOf: [{ type: 'array', items: TEXT }, { type: 'null' }] },
        }),
      ],
    });
  });

  it.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'the values that alternatives list',
      {},
      { Cat: object({ kind: { enum: ['tiger', 'lion'] } }), Dog: object({ kind: { const: 'wolf' } }) },
      ['tiger', 'lion', 'wolf'],
    ],
    [
      'the values that alternatives list in another spelling',
      {},
      { Cat: object({ kind: { enum: ['cat', 'dog'] } }), Dog: object({ kind: { enum: ['cat', 'dog'] } }) },
      ['cat', 'dog'],
    ],
    [
      'what a key leaves of the values of all',
      { mapping: { a: 'Cat' } },
      { Cat: object({ kind: { enum: ['a', 'b'] } }), Dog: object({ kind: { enum: ['a', 'b'] } }) },
      ['a', 'b'],
    ],
    [
      'several keys of one alternative',
      { mapping: { cat: 'Cat', kitten: 'Cat', dog: 'Dog' } },
      { Cat: object({ kind: TEXT }), Dog: object({ kind: TEXT }) },
      ['cat', 'kitten', 'dog'],
    ],
  ])('is selected by %s', (_, discriminator, schemas, values) => {
    const operation = operationWith(union(discriminator), schemas, '3.1.0');
    for (const kind of values) expect(problems(operation, { kind })).toEqual([]);
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    expect(problems(operation, { kind: 'x' })).toEqual([`/body/kind: \`body.kind\` must be one of ${list}, got "x"`]);
  });

  it('is selected by numbers and booleans', () => {
    const version = (type: string) => ({ Cat: object({ kind: { type } }), Dog: object({ kind: { type } }) });
    const numbers = operationWith(union({ mapping: { 1: 'Cat', 2: 'Dog' } }), version('integer'));
    expect(sent(numbers, { kind: 2 })).toEqual({ kind: 2 });
    expect(sent(numbers, { kind: '2' })).toEqual({ kind: 2 });
    expect(problems(numbers, { kind: 3 })).toEqual(['/body/kind: `body.kind` must be one of 1, 2, got 3']);
    const flags = operationWith(union({ mapping: { true: 'Cat', false: 'Dog' } }), version('boolean'));
    expect(problems(flags, { kind: false })).toEqual([]);
  });

  it('may leave the property to the alternatives that do not describe it', () => {
    const schemas = {
      Cat: object({ lives: { type: 'integer' } }, ['lives'], { additionalProperties: false }),
      Dog: object({ tricks: TEXT }, ['tricks'], { additionalProperties: false }),
    };
    const operation = operationWith(union(), schemas);
    expect(problems(operation, { kind: 'Cat', lives: 9 })).toEqual([]);
    expect(problems(operation, { kind: 'Cat', tricks: 'x' })).toContain('/body/lives: `body.lives` is required');
    // It is optional where nothing requires it.
    expect(problems(operation, { lives: 9 })).toEqual([]);
    expect(problems(operation, {})).not.toEqual([]);
    const strict = JSON.stringify(strictBody(operationWith({ ...union(), required: ['kind'] }, schemas)) ?? null);
    expect(strict).toBe('null');
  });

  it('may be nullable, and be one of many items', () => {
    for (const nullable of [
      { ...union(), nullable: true },
      { ...union(), oneOf: [...(union()['oneOf'] as JsonObject[]), { type: 'null' }] },
    ]) {
      const operation = operationWith({ type: 'array', items: nullable }, PETS, '3.1.0');
      expect(problems(operation, [null, CAT_BODY('Cat'), DOG_BODY('Dog')])).toEqual([]);
      expect(problems(operation, [null, CAT_BODY('Bird')])).toEqual([
        '/body/1/kind: `body[1].kind` must be one of "Cat", "Dog", got "Bird"',
      ]);
    }
    const nullableCat = operationWith(union(), { Cat: { ...CAT, nullable: true }, Dog: DOG });
    expect(problems(nullableCat, null)).toEqual([]);
    expect(problems(nullableCat, { kind: 'Cat' })).toEqual(['/body/lives: `body.lives` is required']);
  });

  it('may contain unions with the same or another discriminator', () => {
    const schemas = {
      ...PETS,
      Pet: union(),
      Car: object({
        kind: TEXT,
        engine: { oneOf: [reference('Gas'), reference('Volt')], discriminator: { propertyName: 'fuel' } },
      }),
      Gas: object({ fuel: TEXT, liters: { type: 'integer' } }, ['fuel', 'liters']),
      Volt: object({ fuel: TEXT }, ['fuel']),
    };
    const schema = { oneOf: [reference('Pet'), reference('Car')], discriminator: { propertyName: 'kind' } };
    const operation = operationWith(schema, schemas);
    expect(problems(operation, CAT_BODY('Cat'))).toEqual([]);
    expect(problems(operation, { kind: 'Cat' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'Car', engine: { fuel: 'Gas' } })).toEqual([
      '/body/engine/liters: `body.engine.liters` is required',
    ]);
    expect(problems(operation, { kind: 'Bird' })).toEqual([
      '/body/kind: `body.kind` must be one of "Cat", "Dog", "Car", got "Bird"',
    ]);
  });

  it('resolves keys relative to the $id of the schema', () => {
    const schemas = {
      Pet: {
        $id: 'https://e.test/pets/pet',
        oneOf: [{ $ref: 'cat' }, { $ref: '#/$defs/dog' }],
        discriminator: { propertyName: 'kind', mapping: { c: 'cat', d: '#/$defs/dog' } },
        $defs: { dog: DOG },
      },
      Cat: { $id: 'https://e.test/pets/cat', ...CAT },
    };
    const operation = operationWith(reference('Pet'), schemas, '3.1.0');
    expect(problems(operation, { kind: 'c' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'd', tricks: [] })).toEqual([]);
    expect(problems(operation, { kind: 'e' })).toEqual(['/body/kind: `body.kind` must be one of "c", "d", got "e"']);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['that is not listed', { defaultMapping: 'Other' }, { ...PETS, Other: object({ note: TEXT }, ['note']) }],
    [
      'that is also selected by its name',
      { defaultMapping: '#/components/schemas/Dog' },
      { Cat: CAT, Dog: object({ note: TEXT }, ['note']) },
    ],
  ])('has a default alternative in 3.2, %s', (_, discriminator, schemas) => {
    const operation = operationWith(union(discriminator), schemas, '3.2.0');
    expect(problems(operation, { note: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'Bird', note: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'Bird' })).toEqual(['/body/note: `body.note` is required']);
    expect(problems(operation, { kind: 'Cat', note: 'x' })).toEqual(['/body/lives: `body.lives` is required']);
  });

  it.each<[string, JsonObject]>([
    [
      'two alternatives list the same value',
      { Cat: object({ kind: { enum: ['x'] } }), Dog: object({ kind: { enum: ['x'] } }) },
    ],
    ['requests do not have the property', { Cat: object({ kind: { ...TEXT, readOnly: true } }), Dog: DOG }],
  ])('is checked like one without if %s', (_, schemas) => {
    const operation = operationWith(union(), schemas);
    expect(problems(operation, { kind: 'x' })).toEqual([]);
  });

  it('reads alternatives without names by the values that they list', () => {
    const cat = object({ kind: { enum: ['cat'] }, lives: { type: 'integer' } }, ['kind', 'lives']);
    const schema = { oneOf: [cat, reference('Dog')], discriminator: { propertyName: 'kind' } };
    expect(problems(operationWith(schema, PETS), { kind: 'cat' })).toEqual(['/body/lives: `body.lives` is required']);
    const unclear = { ...schema, oneOf: [CAT, reference('Dog')] };
    expect(problems(operationWith(unclear, PETS), { kind: 'any', lives: 1 })).toEqual([]);
  });
});

describe('alternatives that list different values of a property', () => {
  it('are told apart without a discriminator', () => {
    const cat = object({ kind: { const: 'cat' }, lives: { type: 'integer' } }, ['kind', 'lives']);
    const dog = object({ kind: { enum: ['dog', 'wolf'] } }, ['kind']);
    const operation = operationWith({ anyOf: [cat, dog, { type: 'string' }] }, {}, '3.1.0');
    expect(problems(operation, { kind: 'cat' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'wolf' })).toEqual([]);
    expect(problems(operation, 'cat')).toEqual([]);
    expect(problems(operation, 7)).toEqual([]);
  });
});

const parent = (discriminator: JsonObject = {}, properties: JsonObject = { kind: TEXT, name: TEXT }): JsonObject =>
  object(properties, ['kind'], { discriminator: { propertyName: 'kind', ...discriminator } });
const child = (name: string, properties: JsonObject, ...required: string[]): JsonObject => ({
  allOf: [reference(name), object(properties, required)],
});
const FAMILY = {
  Pet: parent(),
  Cat: child('Pet', { lives: { type: 'integer' } }, 'lives'),
  Dog: child('Pet', { tricks: TEXT }),
};

describe('a schema with a discriminator and children', () => {
  it.each<[string, JsonObject, string, string]>([
    ['names', {}, 'Cat', 'Dog'],
    ['keys', { mapping: { cat: '#/components/schemas/Cat', dog: 'Dog' } }, 'cat', 'dog'],
  ])('is one of its children, by their %s', (_, discriminator, cat, dog) => {
    const operation = operationWith(reference('Pet'), { ...FAMILY, Pet: parent(discriminator) });
    expect(problems(operation, { kind: cat, lives: 9, name: 'x' })).toEqual([]);
    expect(problems(operation, { kind: cat })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: dog, name: 1.5e21 })).toEqual([
      '/body/name: `body.name` must be a string, got 1.5e+21',
    ]);
    expect(problems(operation, { kind: 'Pet' })).toEqual([
      `/body/kind: \`body.kind\` must be one of "${cat}", "${dog}", got "Pet"`,
    ]);
    expect(problems(operation, {})).toEqual([
      `/body/kind: \`body.kind\` is required and must be one of "${cat}", "${dog}"`,
    ]);
  });

  it('lets strict tools send what the children describe', () => {
    const strict = strictBody(operationWith(reference('Pet'), FAMILY)) as { anyOf: { properties: JsonObject }[] };
    expect(strict.anyOf.map(({ properties }) => Object.keys(properties))).toEqual([
      ['kind', 'lives', 'name'],
      ['kind', 'tricks', 'name'],
    ]);
    expect(strict.anyOf.map(({ properties }) => properties['kind'])).toEqual([
      { type: 'string', enum: ['Cat'] },
      { type: 'string', enum: ['Dog'] },
    ]);
  });

  it.each<[string, JsonValue, (pet: JsonValue) => JsonValue]>([
    ['a property', object({ pet: reference('Pet') }), (pet) => ({ pet })],
    ['an item', { type: 'array', items: reference('Pet') }, (pet) => [pet]],
    ['described by allOf', { allOf: [reference('Pet')], description: 'A pet' }, (pet) => pet],
    ['nullable by allOf', object({ pet: { allOf: [reference('Pet')], nullable: true } }), (pet) => ({ pet })],
    ['an alternative', { oneOf: [reference('Pet'), { type: 'array' }] }, (pet) => pet],
  ])('is replaced where it is %s', (_, schema, bodyOf) => {
    const operation = operationWith(schema, FAMILY);
    expect(problems(operation, bodyOf({ kind: 'Cat', lives: 9 }))).toEqual([]);
    expect(problems(operation, bodyOf({ kind: 'Cat' }))).not.toEqual([]);
    expect(problems(operation, bodyOf({ kind: 'Bird' }))).not.toEqual([]);
  });

  it('is not replaced where a schema extends it', () => {
    const cat = operationWith(reference('Cat'), FAMILY);
    expect(problems(cat, { kind: 'anything', lives: 9 })).toEqual([]);
    expect(problems(cat, { kind: 'Dog' })).toEqual(['/body/lives: `body.lives` is required']);
    const inline = operationWith({ allOf: [reference('Pet'), object({ toy: TEXT }, ['toy'])] }, FAMILY);
    expect(problems(inline, { kind: 'Bird', toy: 'x' })).toEqual([]);
    const same = { ...FAMILY, Fish: { allOf: [reference('Pet')] } };
    expect(problems(operationWith(reference('Pet'), same), { kind: 'Fish' })).toEqual([]);
    expect(problems(operationWith(reference('Fish'), same), { kind: 'x' })).toEqual([]);
  });

  it('has children by a reference with keywords beside it in 3.1, where 3.0 ignores these', () => {
    const extending = (properties: JsonObject, required: string[]): JsonObject => ({
      ...reference('Pet'),
      ...object(properties, required),
    });
    const schemas = {
      Pet: parent(),
      Cat: extending({ lives: { type: 'integer' } }, ['lives']),
      Dog: extending({ tricks: TEXT }, ['tricks']),
      Animal: { ...reference('Pet'), description: 'Another name' },
    };
    const operation = operationWith(reference('Pet'), schemas, '3.1.0');
    expect(problems(operation, { kind: 'Cat', lives: 9, name: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'Cat' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'Animal' })).toEqual([
      '/body/kind: `body.kind` must be one of "Cat", "Dog", got "Animal"',
    ]);
    expect(problems(operationWith(reference('Animal'), schemas, '3.1.0'), { kind: 'Dog' })).toEqual([
      '/body/tricks: `body.tricks` is required',
    ]);
    const cat = operationWith(reference('Cat'), schemas, '3.1.0');
    expect(problems(cat, { kind: 'anything', lives: 9 })).toEqual([]);
    expect(problems(cat, { kind: 'Dog', lives: 'x' })).toHaveLength(1);
    const inline = operationWith({ ...reference('Pet'), ...object({ toy: TEXT }, ['toy']) }, schemas, '3.1.0');
    expect(problems(inline, { kind: 'Bird', toy: 'x' })).toEqual([]);
    expect(problems(operationWith(reference('Pet'), schemas, '3.0.3'), { kind: 'Cat' })).toEqual([]);
  });

  it('takes children of children, and stops at a discriminator of their own', () => {
    const schemas = {
      ...FAMILY,
      Tiger: child('Cat', { stripes: { type: 'integer' } }, 'stripes'),
      Dog: { allOf: [reference('Pet'), object({ breed: TEXT }, ['breed'])], discriminator: { propertyName: 'breed' } },
      Poodle: child('Dog', { curls: { type: 'integer' } }, 'curls'),
    };
    const operation = operationWith(reference('Pet'), schemas);
    expect(problems(operation, { kind: 'Tiger', lives: 1 })).toEqual(['/body/stripes: `body.stripes` is required']);
    expect(problems(operation, { kind: 'Cat', lives: 1 })).toEqual([]);
    expect(problems(operation, { kind: 'Dog', breed: 'Poodle' })).toEqual(['/body/curls: `body.curls` is required']);
    expect(problems(operation, { kind: 'Dog', breed: 'Poodle', curls: 1 })).toEqual([]);
    expect(problems(operation, { kind: 'Dog', breed: 'x' })).not.toEqual([]);
  });

  it('may refer to itself through its children', () => {
    const schemas = { ...FAMILY, Dog: child('Pet', { friends: { type: 'array', items: reference('Pet') } }) };
    const operation = operationWith(reference('Pet'), schemas);
    const friend = (body: JsonObject) => ({ kind: 'Dog', friends: [{ kind: 'Dog', friends: [body] }] });
    expect(problems(operation, friend({ kind: 'Cat', lives: 9 }))).toEqual([]);
    expect(problems(operation, friend({ kind: 'Cat' }))).toEqual([
      '/body/friends/0/friends/0/lives: `body.friends[0].friends[0].lives` is required',
    ]);
  });

  it('is itself an alternative if a key names it', () => {
    const mapping = { pet: 'Pet', cat: 'Cat', dog: 'Dog' };
    const operation = operationWith(reference('Pet'), { ...FAMILY, Pet: parent({ mapping }) });
    expect(problems(operation, { kind: 'pet', name: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'cat' })).toEqual(['/body/lives: `body.lives` is required']);
  });

  it('takes the values that the parent lists', () => {
    const Pet = parent({}, { kind: { ...TEXT, enum: ['CAT', 'DOG'] } });
    const operation = operationWith(reference('Pet'), { ...FAMILY, Pet });
    expect(problems(operation, { kind: 'CAT' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'DOG' })).toEqual([]);
    const unclear = operationWith(reference('Pet'), {
      ...FAMILY,
      Pet: parent({}, { kind: { ...TEXT, enum: ['a', 'b'] } }),
    });
    expect(problems(unclear, { kind: 'a' })).toEqual([]);
    expect(problems(unclear, { kind: 'c' })).not.toEqual([]);
  });

  it('has a default child in 3.2', () => {
    const schemas = {
      ...FAMILY,
      Pet: { ...parent({ defaultMapping: 'Other' }), required: [] },
      Other: child('Pet', { note: TEXT }, 'note'),
    };
    const operation = operationWith(reference('Pet'), schemas, '3.2.0');
    expect(problems(operation, { note: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'Bird', note: 'x' })).toEqual([]);
    expect(problems(operation, { kind: 'Bird' })).toEqual(['/body/note: `body.note` is required']);
    expect(problems(operation, { kind: 'Cat', note: 'x' })).toEqual(['/body/lives: `body.lives` is required']);
  });

  it('may list alternatives that extend it', () => {
    const schemas = { ...FAMILY, Pet: { ...parent(), oneOf: [reference('Cat'), reference('Dog')] } };
    const operation = operationWith(reference('Pet'), schemas);
    expect(problems(operation, { kind: 'Cat' })).toEqual(['/body/lives: `body.lives` is required']);
    expect(problems(operation, { kind: 'Cat', lives: 9, name: 'x' })).toEqual([]);
    expect(problems(operationWith(reference('Cat'), schemas), { kind: 'x', lives: 9 })).toEqual([]);
    expect(describeDocument(documentWith(reference('Pet'), schemas, '3.0.3')).warnings).toEqual([]);
  });

  it('is not replaced if that makes an operation too large', () => {
    const schemas: JsonObject = { Pet: parent() };
    for (let index = 0; index < 90; index += 1)
      schemas[`Child${index}`] = child('Pet', { text: { ...TEXT, description: 'x'.repeat(3000) } }, 'text');
    const operation = operationWith(reference('Pet'), schemas);
    expect(problems(operation, { kind: 'Child1' })).toEqual([]);
    expect(JSON.stringify(operation.argumentsSchema).length).toBeLessThan(1000);
    expect(describeDocument(documentWith(reference('Pet'), schemas, '3.0.3')).operations).toHaveLength(1);
  });
});
