import { type JsonObject, type Located, isObject, member, objectMember, pointerTo, stringMember } from '../json.js';
import { type OperationNotes } from './operation-notes.js';
import { type Parameter, type ParameterStyle } from './parameters.js';
import { resolve } from '../references.js';

/** How a field of a form is written, where its `encoding` says so (OAS 3.1.1, section 4.8.15). */
export type FormField = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved' | 'asJson' | 'pointer'>;

/** A request body that is sent as JSON or as a form (OAS 3.1.1, section 4.8.13). */
export interface RequestBody {
  /** goes into the `content-type` header */
  readonly mediaType: string;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: Located;
  /** of a form: the fields that are written in a style of their own; nothing for JSON */
  readonly form: readonly FormField[] | undefined;
}

/** What a body of these methods means is not defined (RFC 9110, section 9.3), and many clients refuse to send one. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

const MEDIA_TYPE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;\s*[\w!#$&^.+*-]+=(?:[\w!#$&^.+*-]+|"[\w !#-[\]-~]*"))*\s*$/;

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** From the media type that we would rather send to the one that merely allows JSON. */
const PREFERENCES = [
  /^application\/json$/i,
  /^application\/json\s*;/i,
  /^[\w.-]+\/[\w.+-]+\+json(?:\s*;|$)/i,
  /^(?:application|\*)\/(?:\*|\*\+json)$/i,
  FORM,
];

/** The request body of an operation, or nothing where it has none or none that can be sent, which is noted. */
export function readRequestBody(
  root: JsonObject,
  operation: Located<JsonObject>,
  method: string,
  notes: OperationNotes,
): RequestBody | undefined {
  const value = member(operation.value, 'requestBody');
  if (value === undefined) return undefined;
  const found = resolve(root, { value, pointer: pointerTo(operation.pointer, 'requestBody') });
  if ('code' in found) return void notes.refuse(found.code, found.message, found.pointer);
  if (!isObject(found.value)) return undefined;
  const required = member(found.value, 'required') === true;
  const lose = (what: string) => notes.lose(required, 'unsupported_body', `the request body ${what}`, found.pointer);
  if (WITHOUT_BODY.has(method)) return void lose(`of a ${method} cannot be sent`);
  const content = objectMember(found.value, 'content') ?? {};
  const declared = preferred(Object.keys(content));
  if (declared === undefined)
    return void lose(`has no media type that can be sent, only ${Object.keys(content).join(', ') || 'none'}`);
  return {
    mediaType: declared.includes('*') ? 'application/json' : declared.trim(),
    required,
    description: stringMember(found.value, 'description'),
    schema: {
      value: member(member(content, declared), 'schema') ?? {},
      pointer: pointerTo(found.pointer, 'content', declared, 'schema'),
    },
    form: FORM.test(declared) ? formFields(objectMember(content, declared), found.pointer, notes) : undefined,
  };
}

function preferred(mediaTypes: readonly string[]): string | undefined {
  const sendable = mediaTypes.filter((mediaType) => MEDIA_TYPE.test(mediaType));
  for (const preference of PREFERENCES) {
    const found = sendable.find((mediaType) => preference.test(mediaType));
    if (found !== undefined) return found;
  }
  return undefined;
}

const STYLES: readonly string[] = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] satisfies ParameterStyle[];

/** `encoding` counts where it names a style, or what goes with one; otherwise the content type decides (OAS 3.1.1, 4.8.15.1.2). */
function formFields(mediaType: JsonObject | undefined, pointer: string, notes: OperationNotes): FormField[] {
  const fields = Object.entries(objectMember(mediaType ?? {}, 'encoding') ?? {});
  return fields.flatMap(([name, encoding]) => {
    if (!isObject(encoding) || !['style', 'explode', 'allowReserved'].some((key) => key in encoding)) return [];
    const style = stringMember(encoding, 'style') ?? 'form';
    if (!isStyle(style)) {
      notes.warn('unsupported_body', `the style "${style}" of the field "${name}" is not known; form is used`, pointer);
      return [];
    }
    const explode = member(encoding, 'explode');
    return {
      name,
      style,
      explode: typeof explode === 'boolean' ? explode : style === 'form',
      allowReserved: member(encoding, 'allowReserved') === true,
      asJson: false,
      pointer,
    };
  });
}

function isStyle(style: string): style is ParameterStyle {
  return STYLES.includes(style);
}
