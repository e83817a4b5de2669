import { RawJson } from '../../common/index.js';
import type { VendorFormat } from '../requests/read-tool-calls.js';
import { sizeOf, type ModelFile, type ModelResult } from './model-result.js';

/** A result in the form of a vendor, which can be appended to the conversation as it is. */
export type VendorResult = Record<string, unknown>;

/** Gives a result the form of a vendor. @param id the vendor's id of the call */
export function vendorResult(format: VendorFormat, id: string, result: ModelResult): VendorResult {
  return FORMS[format](id, result);
}

const FORMS: Record<VendorFormat, (id: string, result: ModelResult) => VendorResult> = {
  openai: (id, result) => ({ role: 'tool', tool_call_id: id, content: openAiText(result, result.files) }),
  openai_responses: (id, result) => {
    const { shown, named } = divided(result.files);
    const text = openAiText(result, named);
    const output = shown.length === 0 ? text : [{ type: 'input_text', text }, ...shown.map(responsesFile)];
    return { type: 'function_call_output', call_id: id, output };
  },
  anthropic: (id, result) => {
    const { shown, named } = divided(result.files);
    const text = textWith(result, named);
    const content = shown.length === 0 ? text : [{ type: 'text', text }, ...shown.map(anthropicFile)];
    return { type: 'tool_result', tool_use_id: id, content, ...(result.isError && { is_error: true }) };
  },
};

/** OpenAI has no mark for errors. */
function openAiText(result: ModelResult, named: readonly ModelFile[]): string {
  const text = textWith(result, named);
  return result.isError ? `Error: ${text}` : text;
}

/** Returns the text with what a model has to know about it, and with the files that the vendor does not take. */
function textWith({ text, notes }: ModelResult, named: readonly ModelFile[]): string {
  const files = named.map(
    (file) => `The file ${file.name} (${file.mimeType}, ${sizeOf(file)} bytes) cannot be shown here.`,
  );
  return [text, ...notes.map((note) => `Note: ${note}`), ...files].join('\n\n');
}

/** The images that OpenAI's and Anthropic's models read. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function typeOf({ mimeType }: ModelFile): string {
  return (mimeType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** Divides files into those that a model is shown and those that are named: vendors reject a whole request because of one file of another type. */
function divided(files: readonly ModelFile[]) {
  const isShown = (file: ModelFile) => IMAGES.has(typeOf(file)) || typeOf(file) === 'application/pdf';
  return { shown: files.filter(isShown), named: files.filter((file) => !isShown(file)) };
}

function responsesFile(file: ModelFile): VendorResult {
  const data = dataUrl(file);
  if (IMAGES.has(typeOf(file))) return { type: 'input_image', image_url: data, detail: 'auto' };
  return { type: 'input_file', filename: file.name, file_data: data };
}

function anthropicFile(file: ModelFile): VendorResult {
  const source = { type: 'base64', media_type: typeOf(file), data: file.content };
  return IMAGES.has(typeOf(file)) ? { type: 'image', source } : { type: 'document', source, title: file.name };
}

function dataUrl(file: ModelFile): string | RawJson {
  const prefix = `data:${typeOf(file)};base64,`;
  const { content } = file;
  if (typeof content === 'string') return prefix + content;
  return new RawJson([`"${prefix}`, content.ascii, '"']);
}
