import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { IsInt, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { InvalidRequestError } from '../errors/countersign-error.js';
import { escapePointer, validateInput } from './validation.js';

class Note {
  @IsString()
  @Length(1, 10)
  title!: string;

  @IsOptional()
  @IsInt()
  stars: number = 3;

  @IsOptional()
  @IsObject()
  more?: object;
}

/** Returns the validation errors of an input. */
function errors(input: unknown) {
  try {
    validateInput(Note, input);
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.errors;
    throw error;
  }
  throw new Error('the input was accepted');
}

describe('the validation of a body', () => {
  it('returns an instance with defaults for omitted fields', () => {
    const note = validateInput(Note, { title: 'Milk' });
    expect(note).toBeInstanceOf(Note);
    expect({ ...note }).toEqual({ title: 'Milk', stars: 3 });
  });

  it('neither copies nor changes nested values', () => {
    const more = { deep: { er: [1] } };
    expect(validateInput(Note, { title: 'Milk', more }).more).toBe(more);
    expect(more).toEqual({ deep: { er: [1] } });
  });

  it('accepts values of any depth', () => {
    let more = {};
    for (let level = 0; level < 100_000; level++) more = { more };
    expect(validateInput(Note, { title: 'Milk', more }).more).toBe(more);
  });

  it('reports missing, invalid and unknown fields, each with a pointer', () => {
    expect(errors({ stars: 'five', 'a/b~c': 1 })).toEqual(
      expect.arrayContaining([
        { pointer: '/title', message: 'title is missing' },
        { pointer: '/stars', message: 'stars must be an integer number' },
        { pointer: '/a~1b~0c', message: 'unknown field a/b~c' },
      ]),
    );
  });

  it('reports one error for each field', () => {
    expect(errors({ title: 5 })).toHaveLength(1);
  });

  it('reports that a number must be a string, instead of its length', () => {
    expect(errors({ title: 5 })).toEqual([{ pointer: '/title', message: 'title must be a string' }]);
  });

  it('reports every error, including fields named like members of Object.prototype', () => {
    const body = JSON.parse('{"constructor":1,"__proto__":{},"stars":"five","more":7}');
    const pointers = errors(body).map(({ pointer }) => pointer);
    expect(pointers.toSorted()).toEqual(['/__proto__', '/constructor', '/more', '/stars', '/title']);
  });

  it.each([null, undefined, 'text', 7, true, [], [{ title: 'Milk' }]])(
    'rejects a value that is not an object: %j',
    (input) => {
      expect(errors(input)).toEqual([{ pointer: '', message: 'must be a JSON object' }]);
    },
  );

  it.each([
    '{"title":"Milk","__proto__":{"stars":"five"}}',
    '{"title":"Milk","__proto__":null}',
    '{"title":"Milk","constructor":1}',
    '{"title":"Milk","constructor":{"name":"Note"}}',
    '{"title":"Milk","hasOwnProperty":1}',
    '{"title":"Milk","toString":1}',
    '{"constructor":null}',
  ])('rejects members that pollute prototypes: %s', (body) => {
    expect(errors(JSON.parse(body)).length).toBeGreaterThan(0);
  });
});

it('a token of a JSON pointer is escaped (RFC 6901, section 3)', () => {
  expect(escapePointer('~1/a')).toBe('~01~1a');
});
