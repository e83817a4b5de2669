import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import { LANGUAGES } from './texts/index.js';

/** Documents the query parameter and the header that choose a page's language. */
export function InLanguage(): MethodDecorator {
  return (target, key, descriptor) => {
    ApiQuery({
      name: 'lang',
      required: false,
      enum: LANGUAGES,
      description: 'Language of the page; overrides Accept-Language',
    })(target, key, descriptor);
    ApiHeader({ name: 'Accept-Language', required: false, example: 'de-AT, en;q=0.5' })(target, key, descriptor);
  };
}
