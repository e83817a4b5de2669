import type { Random } from './random.js';

/** The subset of an OpenAPI 3.0 schema that our API document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  discriminator?: unknown;
}

/** Values that often cause errors. */
const NASTY: readonly unknown[] = [
  '',
  ' ',
  '\0',
  'a\nb',
  '\ud800',
  '😀'.repeat(70),
  'é'.repeat(256),
  'x'.repeat(201),
  'x'.repeat(2001),
  'x'.repeat(70_000),
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "'; DROP TABLE tenants; --",
  '%00%zz',
  'null',
  '[HIDDEN]',
  '0000-00-00T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2031-02-30T00:00:00Z',
  '-292275055-05-16T16:47:04Z',
  'javascript:alert(1)',
  'http://[::1',
  'https://user:pass@example.com',
  0,
  -1,
  1.5,
  1e308,
  9_007_199_254_740_992,
  -2_147_483_649,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  { a: { b: { c: {} } } },
  JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
  JSON.parse('{"__proto__": {"x": 1}}'),
];

/** Probability of a value that violates its schema. */
const WRONG = 0.08;

export class SchemaValues {
  constructor(
    private readonly random: Random,
    private readonly schemas: Record<string, Schema>,
    /** Generators for properties by name, whose valid values a schema does not describe. */
    private readonly known: Record<string, () => unknown>,
  ) {}

  nasty(): unknown {
    return this.random.one(NASTY);
  }

  /** Returns a value that usually matches the schema. */
  of(schema: Schema, name = '', depth = 0): unknown {
    if (this.random.in(WRONG)) return this.nasty();
    if (schema.nullable && this.random.in(0.1)) return null;
    if (this.known[name] && this.random.in(0.8)) return this.known[name]();
    const { $ref, oneOf, anyOf, allOf } = schema;
    if ($ref) return this.of(this.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, name, depth);
    const choices = oneOf ?? anyOf;
    if (choices) return this.of(this.random.one(choices), name, depth);
    if (allOf) return Object.assign({}, ...allOf.map((part) => this.of(part, name, depth)));
    if (schema.enum) return this.random.one(schema.enum);
    if (schema.example !== undefined && this.random.in(0.5)) return schema.example;
    return this.byType(schema, name, depth);
  }

  private byType(schema: Schema, name: string, depth: number): unknown {
    const { random } = this;
    switch (schema.type) {
      case 'boolean':
        return random.in(0.5);
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = 1000 } = schema;
        return random.one([minimum, maximum, minimum + random.below(Math.max(1, maximum - minimum))]);
      }
      case 'array':
        return Array.from({ length: random.below(3) }, () => this.of(schema.items ?? {}, name, depth + 1));
      case 'object':
        return this.object(schema, depth);
      case 'string':
        return this.string(schema);
      default:
        return random.one(['text', 7, {}, this.nasty()]);
    }
  }

  private object({ properties = {}, required = [], additionalProperties }: Schema, depth: number): unknown {
    const names = Object.keys(properties).filter(
      (name) => required.includes(name) || this.random.in(depth > 3 ? 0 : 0.5),
    );
    const kept = this.random.in(0.05) ? names.slice(1) : names;
    const entries = kept.map((name): [string, unknown] => [name, this.of(properties[name] ?? {}, name, depth + 1)]);
    if (additionalProperties && this.random.in(0.5))
      entries.push([
        'a',
        this.of(typeof additionalProperties === 'object' ? additionalProperties : { type: 'string' }),
      ]);
    if (this.random.in(0.04))
      entries.push([this.random.one(['colour', '', '__proto__', 'toString', 'a/b~c']), this.nasty()]);
    return Object.fromEntries(entries);
  }

  private string({ format, minLength = 0, maxLength = 40 }: Schema): string {
    const { random } = this;
    if (format === 'date-time')
      return random.one(['2031-01-01T00:00:00Z', '2020-01-01T00:00:00.123+05:30', '2031-12-31T23:59:60Z']);
    if (format === 'uri')
      return random.one(['https://api.example.com/x', 'http://127.0.0.1:9/x', 'https://例え.example/é?q=ä#f']);
    const length = random.one([minLength, maxLength, Math.min(maxLength, minLength + random.below(20))]);
    return random.one(['x', 'aß', '😀', 'Z ']).repeat(length).slice(0, length);
  }
}
