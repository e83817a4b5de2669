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
  ['an image of the maximum size', ofSize(49_134)],
])('%s is accepted as a logo', (_, value) => {
  expect(isLogo(value)).toBe(true);
});

it.each([
  ['an SVG', url('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['an SVG with the media type of a PNG', url('image/png', '<svg/>')],
  ['a JPEG with the media type of a PNG', url('image/png', '\xff\xd8\xff\xe0rest')],
  ['a GIF', url('image/gif', 'GIF89a')],
  ['another RIFF file', url('image/webp', 'RIFF\x10\0\0\0WAVEfmt ')],
  ['an empty image', 'data:image/png;base64,'],
  ['an image above the maximum size', ofSize(49_137)],
  ['a much larger image', ofSize(200_000)],
  ['another URL', 'https://acme.example/logo.png'],
  ['text after the image', `${url('image/png', PNG)}" onload="x`],
  ['a parameter', url('image/png;charset=utf-8', PNG)],
  ['an image that is not base64', `data:image/png,${encodeURIComponent(PNG)}`],
  ['a line break after the image', `${url('image/png', PNG)}\n`],
  ['a number', 1],
])('%s is rejected as a logo', (_, value) => {
  expect(isLogo(value)).toBe(false);
});
