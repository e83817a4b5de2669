import { type Ajv, type Format } from 'ajv';
import { dateTimeDeviation, isDate, isDateTime } from './date-time.js';
import { isEmail } from './email.js';
import { isIPv4, isIPv6 } from './ip-address.js';

/** RFC 9562, section 4. A URN of a UUID is not a UUID. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Formats with a universal meaning. Others are hints: a server may accept values that they reject. */
const FORMATS: { readonly [name: string]: Format } = {
  date: isDate,
  email: isEmail,
  int32: {
    type: 'number',
    validate: (value: number) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31,
  },
  int64: { type: 'number', validate: Number.isInteger },
  ipv4: isIPv4,
  ipv6: isIPv6,
  uuid: UUID,
};

/** The names of the formats that are checked. */
export const CHECKED_FORMATS: ReadonlySet<string> = new Set([...Object.keys(FORMATS), 'date-time']);

/** The formats of one validator. */
export class Formats {
  /** whether a `date-time` may lack its offset, or have a space instead of `T` */
  acceptsDeviations = false;

  /** Adds the formats to a validator before it compiles a schema. */
  addTo(ajv: Pick<Ajv, 'addFormat'>): void {
    for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
    const isAccepted = (text: string) => this.acceptsDeviations && dateTimeDeviation(text) !== undefined;
    ajv.addFormat('date-time', (text: string) => isDateTime(text) || isAccepted(text));
  }
}
