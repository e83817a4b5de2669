import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { fieldErrors, InvalidRequestError, validated } from '../common/index.js';

/** Validates every body, query and set of path parameters against the class that the route declares for it. */
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || metatype === Object || metatype === String || type === 'custom') return value;
    const dto = metatype as new () => object;
    return type === 'body' ? validated(dto, value) : validatedText(dto, value);
  }
}

/** Validates path and query parameters. They arrive as text, which `@Type` converts to what the class declares. */
function validatedText(dto: new () => object, value: unknown): object {
  const instance = plainToInstance(dto, value ?? {});
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  if (errors.length > 0) throw new InvalidRequestError(errors.flatMap((error) => fieldErrors(error)));
  return instance;
}
