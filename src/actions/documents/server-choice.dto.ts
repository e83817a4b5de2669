import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import { isObject } from '@countersign/openapi';

const MAX_SERVER_VARIABLES = 50;
/** One to 255 characters without white space and control characters, which no URL has. */
const VARIABLE_VALUE = /^[^\s\p{Cc}]{1,255}$/u;

function isServerVariables(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length > MAX_SERVER_VARIABLES) return false;
  return Object.entries(value).every(
    ([name, each]) => name.length <= 200 && typeof each === 'string' && VARIABLE_VALUE.test(each),
  );
}

/** The fields of a request that choose a server of its document. */
export class ServerChoiceDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'https://{region}.example.com/v1',
    description:
      "The server to call: the URL of one of the document's `servers`, as the document writes it or with the defaults of its variables. `null` for the first one, which is the default",
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  server_url?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { region: 'eu' },
    description:
      "Values of the server's variables in place of their defaults, from the variable's `enum` if it has one. `{connection.<name>}` is replaced by a value of the user's connection",
  })
  @ValidateIf(({ server_variables }: ServerChoiceDto) => server_variables !== undefined)
  @ValidateBy({
    name: 'isServerVariables',
    validator: {
      validate: isServerVariables,
      defaultMessage: () =>
        `server_variables must be an object of at most ${MAX_SERVER_VARIABLES} strings of 1 to 255 characters without white space`,
    },
  })
  server_variables?: Record<string, string>;
}
