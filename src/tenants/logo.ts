import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Maximum length of the URL: the size of a `text` column on every database. */
const MAX_URL_CHARACTERS = 65_535;

/** The bytes at fixed offsets that identify a file type. */
const MAGIC_BYTES: Record<string, [offset: number, bytes: string][]> = {
  png: [[0, '\x89PNG\r\n\x1a\n']],
  jpeg: [[0, '\xff\xd8\xff']],
  webp: [
    [0, 'RIFF'],
    [8, 'WEBP'],
  ],
};

/** Requires an image as a `data:` URL of at most 64 KiB whose content matches its media type. */
export function IsLogo(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () =>
    'logo must be a PNG, JPEG or WebP image as a data: URL of at most 64 KiB (data:image/png;base64,…)';
  return ValidateBy({ name: 'isLogo', validator: { validate: isLogo, defaultMessage } }, options);
}

export function isLogo(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_URL_CHARACTERS) return false;
  const match =
    /^data:image\/(png|jpeg|webp);base64,((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(value);
  const [, type = '', content = ''] = match ?? [];
  const bytes = Buffer.from(content, 'base64');
  const expected = MAGIC_BYTES[type] ?? [];
  const isOfType = expected.every(([at, magic]) => bytes.toString('latin1', at, at + magic.length) === magic);
  return match !== null && bytes.length > 0 && isOfType;
}
