import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';

/** Documents a route that answers a page of a list. */
export function ApiPage(item: Type): MethodDecorator {
  const properties = {
    data: { type: 'array', items: { $ref: getSchemaPath(item) } },
    next_cursor: { type: 'string', nullable: true, description: 'Give it back as `cursor` for the next page' },
  };
  const schema = { type: 'object', required: ['data', 'next_cursor'], properties };
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({ schema }),
    ApiProblems('invalid_request'),
  ) as MethodDecorator;
}
