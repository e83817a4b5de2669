import { describe, expect, it } from '@jest/globals';
import { crc32c } from './crc32c.js';

const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** A SCSI read command, as the RFC has it. */
const READ_COMMAND = '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000';

describe('CRC32C', () => {
  // RFC 3720, B.4, which writes the bytes as they go over the line: the lowest first.
  it.each([
    ['32 bytes of zeros', Buffer.alloc(32), 'aa36918a'],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), '43aba862'],
    ['32 bytes that count up', counting, '4e79dd46'],
    ['32 bytes that count down', Uint8Array.from(counting).toReversed(), '5cdb3f11'],
    ['a read command', Buffer.from(READ_COMMAND, 'hex'), '563a96d9'],
  ])('of %s', (_, bytes, expected) => {
    const onTheLine = Buffer.alloc(4);
    onTheLine.writeUInt32LE(crc32c(bytes));
    expect(onTheLine.toString('hex')).toBe(expected);
  });

  it('of nothing is 0, and of the digits what every catalogue of CRCs says', () => {
    expect(crc32c(Buffer.alloc(0))).toBe(0);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
