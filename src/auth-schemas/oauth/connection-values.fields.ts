import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { compileWholeMatch } from '@countersign/openapi';
import { allowedHostProblem, POINTER, type ConnectionValue } from '../../oauth/index.js';

const MAX_VALUES = 10;
const MAX_HOSTS = 20;
const MEMBERS = new Set(['name', 'from', 'pointer', 'pattern']);

/** Values that are secrets themselves. */
const SECRET = /\/(?:access_token|refresh_token|id_token|code|state)$/i;

/** Describes a value of a connection in the API document. */
export class ConnectionValueDto implements ConnectionValue {
  @ApiProperty({ example: 'instance_host', description: 'Name in `{connection.<name>}`' })
  name!: string;

  @ApiProperty({ enum: ['token', 'callback'] })
  from!: 'token' | 'callback';

  @ApiProperty({
    example: '/instance_url',
    description: 'JSON pointer into the token response, or into the parameters of the callback',
  })
  pointer!: string;

  @ApiProperty({
    example: 'https://([a-z0-9-]+\\.my\\.salesforce\\.com)',
    description: 'Regular expression that matches the whole value. Its first group, if any, is stored',
  })
  pattern!: string;
}

/** Validates the values of the token response or the callback that are stored with a connection. */
export function ConnectionValuesField(): PropertyDecorator {
  return field(
    {
      type: [ConnectionValueDto],
      description:
        'Values of the token response or the callback that calls need. `{connection.<name>}` stands for them in the server URL of the document and in `static_headers`',
    },
    valuesProblem,
    'connection_values',
  );
}

/** Validates the hosts that values of connections may lead to. */
export function AllowedHostsField(): PropertyDecorator {
  return field(
    {
      type: [String],
      example: ['*.my.salesforce.com'],
      description:
        'Hosts that calls may go to; required if the host of the server URL contains a value of the connection',
    },
    hostsProblem,
    'allowed_hosts',
  );
}

function field(
  documentation: object,
  problemOf: (value: unknown) => string | undefined,
  name: string,
): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional(documentation),
    IsOptional(),
    ValidateBy({
      name,
      validator: {
        validate: (value: unknown) => problemOf(value) === undefined,
        defaultMessage: (validated) => `${name}: ${problemOf(validated?.value)}`,
      },
    }),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function valuesProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length > MAX_VALUES) return `it must be an array of at most ${MAX_VALUES} objects`;
  const problem = value.map(valueProblem).find((text) => text !== undefined);
  if (problem !== undefined) return problem;
  const names = value.map(({ name }: ConnectionValue) => name.toLowerCase());
  return new Set(names).size === names.length ? undefined : 'names must differ, also without regard to case';
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'each entry must be an object';
  const { name, from, pointer, pattern } = value as Partial<Record<keyof ConnectionValue, unknown>>;
  const unknown = Object.keys(value).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) return `${unknown} is not a member of an entry`;
  if (typeof name !== 'string' || !/^[A-Za-z]\w{0,39}$/.test(name))
    return 'name must be a letter and up to 39 letters, digits or _';
  if (from !== 'token' && from !== 'callback') return `from of ${name} must be token or callback`;
  if (typeof pointer !== 'string' || pointer === '' || !POINTER.test(pointer))
    return `pointer of ${name} must be a JSON pointer`;
  if (SECRET.test(pointer)) return `pointer of ${name} must not point to a token, the code or the state`;
  if (typeof pattern !== 'string' || pattern.length > 500) return `pattern of ${name} must have at most 500 characters`;
  try {
    compileWholeMatch(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `pattern of ${name} ${error.message}`;
  }
}

function hostsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_HOSTS)
    return `it must be an array of 1 to ${MAX_HOSTS} hosts`;
  for (const entry of value as unknown[]) {
    const problem = typeof entry === 'string' ? allowedHostProblem(entry) : 'is not a text';
    if (problem !== undefined) return `${JSON.stringify(entry)} ${problem}`;
  }
  return undefined;
}
