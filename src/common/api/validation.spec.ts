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

/** The errors that the input is refused with. */
function errors(input: unknown) {
  try {
    validateInput(Note, input);
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.errors;
    throw error;
  }
  throw new Error('the input was taken');
}

describe('a body', () => {
  it('that fits becomes an instance, with defaults for what it leaves out', () => {
    const note = validateInput(Note, { title: 'Milk' });
    expect(note).toBeInstanceOf(Note);
    expect({ ...note }).toEqual({ title: 'Milk', stars: 3 });
  });

  it('is not copied below its first level, nor changed', () => {
    const more = { deep: { er: [1] } };
    expect(validateInput(Note, { title: 'Milk', more }).more).toBe(more);
    expect(more).toEqual({ deep: { er: [1] } });
  });

  it('may nest deeper than any recursion reaches', () => {
    let more = {};
    for (let level = 0; level < 100_000; level++) more = { more };
    expect(validateInput(Note, { title: 'Milk', more }).more).toBe(more);
  });

  it('is told what is missing, wrong and unknown, each with a pointer', () => {
    expect(errors({ stars: 'five', 'a/b~c': 1 })).toEqual(
      expect.arrayContaining([
        { pointer: '/title', message: 'title is missing' },
        { pointer: '/stars', message: 'stars must be an integer number' },
        { pointer: '/a~1b~0c', message: 'unknown field a/b~c' },
      ]),
    );
  });

  it('is told one thing about each field', () => {
    expect(errors({ title: 5 })).toHaveLength(1);
  });

  it('is told that a number must be text, not how long it must be', () => {
    expect(errors({ title: 5 })).toEqual([{ pointer: '/title', message: 'title must be a string' }]);
  });

  it('is told of every mistake, also beside names that every object inherits', () => {
    const body = JSON.parse('{"constructor":1,"__proto__":{},"stars":"five","more":7}');
    const pointers = errors(body).map(({ pointer }) => pointer);
    expect(pointers.toSorted()).toEqual(['/__proto__', '/constructor', '/more', '/stars', '/title']);
  });

  it.each([null, undefined, 'text', 7, true, [], [{ title: 'Milk' }]])('that is no object is refused: %j', (input) => {
    expect(errors(input)).toEqual([{ pointer: '', message: 'must be a JSON object' }]);
  });

  it.each([
    '{"title":"Milk","__proto__":{"stars":"five"}}',
    '{"title":"Milk","__proto__":null}',
    '{"title":"Milk","constructor":1}',
    '{"title":"Milk","constructor":{"name":"Note"}}',
    '{"title":"Milk","hasOwnProperty":1}',
    '{"title":"Milk","toString":1}',
    '{"constructor":null}',
  ])('that would pass for another class is refused: %s', (body) => {
    expect(errors(JSON.parse(body)).length).toBeGreaterThan(0);
  });
});

it('a token of a pointer is escaped (RFC 6901, 3)', () => {
  expect(escapePointer('~1/a')).toBe('~01~1a');
});
