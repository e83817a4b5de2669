import { isObject } from '@countersign/openapi';
import { buildMessage, ValidateBy } from 'class-validator';

/** Accepts JSON objects only. `IsObject` also accepts a number with more digits than JavaScript holds, which is an instance of a class. */
export const IsJsonObject = (): PropertyDecorator =>
  ValidateBy({
    name: 'isJsonObject',
    validator: { validate: isObject, defaultMessage: buildMessage((each) => `${each}$property must be an object`) },
  });
