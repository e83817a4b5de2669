import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import { LANGUAGES } from './texts/index.js';

/** Documents how a page's language is chosen. */
export function InLanguage(): MethodDecorator {
  return (target, key, descriptor) => {
    ApiQuery({ name: 'lang', required: false, enum: LANGUAGES, description: 'In place of what the browser asks for' })(
      target,
      key,
      descriptor,
    );
    ApiHeader({ name: 'Accept-Language', required: false, example: 'de-AT, en;q=0.5' })(target, key, descriptor);
  };
}
