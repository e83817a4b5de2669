import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Of the URL: what a `text` column holds on every database. */
const MAX_LENGTH = 65_535;

/** How the files begin, each at the offset that it names. */
const SIGNS: Record<string, [offset: number, bytes: string][]> = {
  png: [[0, '\x89PNG\r\n\x1a\n']],
  jpeg: [[0, '\xff\xd8\xff']],
  webp: [
    [0, 'RIFF'],
    [8, 'WEBP'],
  ],
};

/** An image that a page can carry in itself: what its `data:` URL says that it is, and at most 64 KiB of text. */
export function IsLogo(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () =>
    'logo must be a data: URL of at most 64 KiB of a PNG, JPEG or WebP image (data:image/png;base64,…)';
  return ValidateBy({ name: 'isLogo', validator: { validate: isLogo, defaultMessage } }, options);
}

export function isLogo(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return false;
  const match =
    /^data:image\/(png|jpeg|webp);base64,((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(value);
  const [, type = '', content = ''] = match ?? [];
  const bytes = Buffer.from(content, 'base64');
  const signs = SIGNS[type] ?? [];
  const isOfType = signs.every(([at, sign]) => bytes.toString('latin1', at, at + sign.length) === sign);
  return match !== null && bytes.length > 0 && isOfType;
}
