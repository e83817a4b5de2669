import { describe, expect, it } from '@jest/globals';
import { isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { dateTimeDeviation } from './date-time.js';
import { Formats } from './formats.js';

const formats = new Formats();
const ajv = new Ajv2020({ strict: false });
formats.addTo(ajv);
const isValid = (format: string, value: unknown) => ajv.validate({ format }, value);

const LABEL_63 = 'a'.repeat(63);
const LONG_DOMAIN = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(61)}.a`;

const VALID: Record<string, unknown[]> = {
  date: ['1963-06-19', '2000-02-29', '2024-02-29', '0000-01-01', '2026-12-31', 12, null],
  'date-time': [
    '1963-06-19T08:30:06.283185Z',
    '1963-06-19T08:30:06Z',
    '1963-06-19t08:30:06z',
    '1937-01-01T12:00:27.87+00:20',
    '1990-12-31T15:59:50.123-08:00',
    '2026-01-02T03:04:05-00:00',
    '2026-01-02T23:04:05+23:59',
    '2026-01-02T03:04:05.1234567890123456789Z',
    '2026-01-02T03:04:59.9999999999999999999Z',
    '1998-12-31T23:59:60Z',
    '1998-12-31T23:59:60.5+00:00',
    '1998-12-31T15:59:60.123-08:00',
    '1999-01-01T01:29:60+01:30',
    '1999-01-01T00:29:60-23:30',
  ],
  email: [
    'joe.bloggs@example.com',
    'te~st@example.com',
    "!#$%&'*+-/=?^_`{|}~@e.test",
    'a+tag@sub.e.test',
    'a@localhost',
    'a@123.test',
    'a@1.2.3.4',
    'a@c--n.test',
    `a@${LABEL_63}.test`,
    `a@${LONG_DOMAIN}`,
    '"a b"@e.test',
    '"a..b"@e.test',
    '"a@b"@e.test',
    '""@e.test',
    '"\\""@e.test',
    '"\\\\"@e.test',
    'a@[127.0.0.1]',
    'a@[127.000.000.001]',
    'a@[IPv6:::1]',
    'a@[ipv6:2001:db8::192.0.2.1]',
  ],
  int32: [0, -2147483648, 2147483647, 'text'],
  int64: [0, 2147483648, 'text'],
  ipv4: ['0.0.0.0', '192.0.2.1', '255.255.255.255'],
  ipv6: [
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '2001:DB8::a',
    '::ffff:192.0.2.1',
    '::42:ff:1',
    '1:2:3:4:5:6:192.0.2.1',
    '::192.0.2.1',
  ],
  uuid: [
    '2eb8aa08-aa98-11ea-b4aa-73b441d16380',
    '2EB8AA08-AA98-11EA-B4AA-73B441D16380',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ],
};

const INVALID: Record<string, unknown[]> = {
  date: ['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-01', '2026-04-31', '2026-1-01', '20260101', '2026-01-01Z'],
  'date-time': [
    '2026-01-02T03:04:05+02',
    '2026-01-02T03:04:05+0200',
    '2026-01-02T03:04:05+24:00',
    '2026-01-02T03:04:05+02:60',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04Z',
    '2026-01-02T03:04:05.Z',
    '2026-01-02T03:04:05,5Z',
    '2026-02-30T03:04:05Z',
    '2026-01-02T03:04:05+01:00Z',
    '2026-01-02T03:04:05Z\n',
    '2026-01-0৪T03:04:05Z',
    '+12026-01-02T03:04:05Z',
    '1998-12-31T23:59:61Z',
    '1998-12-31T23:58:60Z',
    '1998-12-31T22:59:60Z',
    '1998-12-31T23:59:60+01:00',
    '2013-350T01:01:01Z',
    '2026-01-02T03:04:05',
    '2026-01-02 03:04:05Z',
  ],
  email: [
    '',
    '2962',
    '@e.test',
    'a@',
    '.a@e.test',
    'a.@e.test',
    'a..b@e.test',
    'a b@e.test',
    ' a@e.test',
    'a@e.test ',
    'a@e.test\n',
    'a,b@e.test',
    'a(comment)@e.test',
    'a@b@e.test',
    'é@e.test',
    'a@é.test',
    '"a@e.test',
    '"a"b@e.test',
    '"a"b"@e.test',
    '"a\\"@e.test',
    '"é"@e.test',
    'a@.e.test',
    'a@e.test.',
    'a@e..test',
    'a@-e.test',
    'a@e-.test',
    'a@e_e.test',
    'a@e=e.test',
    `a@${LABEL_63}a.test`,
    `a@${LONG_DOMAIN}a`,
    'a@[]',
    'a@[127.0.0.300]',
    'a@[1.2.3]',
    'a@[1.2.3.4',
    'a@[::1]',
    'a@[IPv6:1::2::3]',
    'a@[IPv6:fe80::1%eth0]',
    'a@[example]',
    'a@e.test, b@e.test',
  ],
  int32: [2147483648, -2147483649, 1.5],
  int64: [1.5],
  ipv4: ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '0x7f.0.0.1', '127.0.0.1/24', ' 127.0.0.1', '১.2.3.4'],
  ipv6: [
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'fe80::1%eth0',
    '::1/64',
    '[::1]',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::1.2.3.4:5',
    '1:2:3:4::5:6:7:8',
    '1:',
    ':1',
    '::g',
  ],
  uuid: [
    'urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380',
    '{2eb8aa08-aa98-11ea-b4aa-73b441d16380}',
    '2eb8aa08aa9811eab4aa73b441d16380',
    '2eb8aa08-aa98-11ea-b4aa-73b441d1638',
    '2eb8aa08-aa98-11ea-b4aa-73b441d1638g',
  ],
};

it('accepts the IPv6 addresses that Node.js accepts', () => {
  const part = fc.constantFrom(':', '::', '0', '1', 'f', 'abcd', '12345', '1.2.3.4', '01.2.3.4', '.');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 16 }), (parts) => {
      expect([parts.join(''), isValid('ipv6', parts.join(''))]).toEqual([parts.join(''), isIPv6(parts.join(''))]);
    }),
    { numRuns: 2000 },
  );
});

const cases = (values: Record<string, unknown[]>) =>
  Object.entries(values).flatMap(([format, list]) => list.map((value): [string, unknown] => [format, value]));

describe('a format', () => {
  it.each(cases(VALID))('%s accepts %j', (format, value) => {
    expect(isValid(format, value)).toBe(true);
  });

  it.each(cases(INVALID))('%s rejects %j', (format, value) => {
    expect(isValid(format, value)).toBe(false);
  });
});

describe('a deviation from a date-time', () => {
  it.each([
    ['2026-01-02T03:04:05', 'no offset'],
    ['2026-01-02T03:04:05.123', 'no offset'],
    ['2026-01-02 03:04:05Z', 'a space instead of "T"'],
    ['2026-01-02 03:04:05+02:00', 'a space instead of "T"'],
    ['2026-01-02 03:04:05', 'a space instead of "T" and no offset'],
  ])('is named for %s', (text, deviation) => {
    expect(dateTimeDeviation(text)).toBe(deviation);
    formats.acceptsDeviations = true;
    expect(isValid('date-time', text)).toBe(true);
    formats.acceptsDeviations = false;
    expect(isValid('date-time', text)).toBe(false);
  });

  it.each([
    '2026-01-02T03:04:05Z',
    '2026-02-30T03:04:05',
    '2026-01-02T24:00:00',
    '2026-01-02',
    '2026-01-02T03:04',
    '03:04:05',
  ])('is not found in %s', (text) => {
    expect(dateTimeDeviation(text)).toBeUndefined();
  });
});
