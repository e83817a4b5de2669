import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';

/** Documents a route that returns one page of a list. */
export function ApiPage(item: Type): MethodDecorator {
  const properties = {
    data: { type: 'array', items: { $ref: getSchemaPath(item) } },
    next_cursor: {
      type: 'string',
      nullable: true,
      description: 'Pass it as `cursor` to get the next page; `null` on the last page',
    },
  };
  const schema = { type: 'object', required: ['data', 'next_cursor'], properties };
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({ schema }),
    ApiProblems('invalid_request'),
  ) as MethodDecorator;
}
