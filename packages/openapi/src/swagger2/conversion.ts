import { type Finding } from '../document/errors.js';
import { type Origins } from '../document/origins.js';

/** What a conversion tells besides its result. */
export interface Conversion {
  /** whether the whole document is Swagger 2.0, and not only parts of an OpenAPI 3 document */
  readonly isSwagger: boolean;
  /** receives where converted parts come from */
  readonly origins: Origins;
  /** receives findings, with pointers into the document before the conversion */
  readonly findings: Finding[];
}

/** Reports something that OpenAPI 3 cannot express. */
export function reportLoss({ findings }: Conversion, message: string, pointer: string): void {
  findings.push({ code: 'conversion_loss', message, pointer });
}
