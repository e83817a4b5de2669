import { expect, it } from '@jest/globals';
import { isLogo } from './logo.js';

const url = (type: string, bytes: string | Buffer) =>
  `data:${type};base64,${(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes).toString('base64')}`;

const PNG = '\x89PNG\r\n\x1a\n';
const ofSize = (size: number) => url('image/png', Buffer.concat([Buffer.from(PNG, 'latin1'), Buffer.alloc(size - 8)]));

it.each([
  ['a PNG', url('image/png', `${PNG}rest`)],
  ['a JPEG', url('image/jpeg', '\xff\xd8\xff\xe0rest')],
  ['a WebP', url('image/webp', 'RIFF\x10\0\0\0WEBPVP8 ')],
  ['as much as fits', ofSize(49_134)],
])('%s can be a logo', (_, value) => {
  expect(isLogo(value)).toBe(true);
});

it.each([
  ['an SVG', url('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['an SVG that says it is a PNG', url('image/png', '<svg/>')],
  ['a JPEG that says it is a PNG', url('image/png', '\xff\xd8\xff\xe0rest')],
  ['a GIF', url('image/gif', 'GIF89a')],
  ['another RIFF file', url('image/webp', 'RIFF\x10\0\0\0WAVEfmt ')],
  ['an empty one', 'data:image/png;base64,'],
  ['more than fits', ofSize(49_137)],
  ['much more', ofSize(200_000)],
  ['a link', 'https://acme.example/logo.png'],
  ['text after it', `${url('image/png', PNG)}" onload="x`],
  ['a parameter', url('image/png;charset=utf-8', PNG)],
  ['no base64', `data:image/png,${encodeURIComponent(PNG)}`],
  ['a line break', `${url('image/png', PNG)}\n`],
  ['a number', 1],
])('%s cannot', (_, value) => {
  expect(isLogo(value)).toBe(false);
});
