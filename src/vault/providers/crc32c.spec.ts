import { describe, expect, it } from '@jest/globals';
import { crc32c } from './crc32c.js';

const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** The SCSI read command of the RFC. */
const READ_COMMAND = '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000';

describe('crc32c', () => {
  // RFC 3720, appendix B.4, which lists the lowest byte first.
  it.each([
    ['32 bytes of zeros', Buffer.alloc(32), 'aa36918a'],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), '43aba862'],
    ['32 bytes that count up', counting, '4e79dd46'],
    ['32 bytes that count down', Uint8Array.from(counting).toReversed(), '5cdb3f11'],
    ['a read command', Buffer.from(READ_COMMAND, 'hex'), '563a96d9'],
  ])('matches the test vector of RFC 3720 for %s', (_, bytes, expected) => {
    const encoded = Buffer.alloc(4);
    encoded.writeUInt32LE(crc32c(bytes));
    expect(encoded.toString('hex')).toBe(expected);
  });

  it('is 0 for no bytes, and 0xe3069283 for the digits 1 to 9', () => {
    expect(crc32c(Buffer.alloc(0))).toBe(0);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
